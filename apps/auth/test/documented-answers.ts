import openapi from '../openapi.json' with { type: 'json' }

interface Operation {
  tags: string[]
  responses: Record<string, object>
}

/**
 * What the API description promises for a tag, as `GET /v1/me 404`. Without 429 and 503: the general limit is proven
 * with the service package, outages in outages.test.ts.
 */
export function documentedAnswers(tag: string): string[] {
  const paths: Record<string, Record<string, Operation>> = openapi.paths
  return Object.entries(paths)
    .flatMap(([path, operations]) =>
      Object.entries(operations)
        .filter(([, { tags }]) => tags.includes(tag))
        .flatMap(([method, { responses }]) =>
          Object.keys(responses).map((status) => `${method.toUpperCase()} ${path} ${status}`),
        ),
    )
    .filter((answer) => !/ (429|503)$/.test(answer))
    .sort()
}
