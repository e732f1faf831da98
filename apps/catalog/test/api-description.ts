import openapi from '../openapi.json' with { type: 'json' }

interface Described {
  tags: string[]
  responses: Record<string, object>
}

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const

/**
 * What the API description promises for a tag, as `GET /v1/products/{id} 404`. Without 429 and 503: the general limit
 * is proven with the service package. documents.test.ts holds openapi.json to what the routes say.
 */
export function documentedAnswers(tag: string): string[] {
  const paths: Record<string, { [Method in (typeof methods)[number]]?: Described }> = openapi.paths
  return Object.entries(paths)
    .flatMap(([path, described]) =>
      methods.flatMap((method) => {
        const operation = described[method]
        if (!operation?.tags.includes(tag)) return []
        return Object.keys(operation.responses).map((status) => `${method.toUpperCase()} ${path} ${status}`)
      }),
    )
    .filter((answer) => !/ (429|503)$/.test(answer))
    .toSorted()
}
