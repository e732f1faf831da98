import openapi from '../openapi.json' with { type: 'json' }

export interface FieldSchema {
  type?: string
  enum?: string[]
  example?: unknown
  items?: FieldSchema
}
export interface BodySchema {
  properties?: Record<string, FieldSchema>
  required?: string[]
  anyOf?: BodySchema[]
  type?: string
}
interface Described {
  tags: string[]
  security?: object[]
  parameters?: { in: string; name: string; schema: FieldSchema }[]
  requestBody?: { content: Record<string, { schema: BodySchema }> }
  responses: Record<string, object>
}
export interface Operation extends Described {
  /** `POST /v1/login`. */
  name: string
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
}

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const
const upperCase = { get: 'GET', post: 'POST', put: 'PUT', patch: 'PATCH', delete: 'DELETE' } as const

/** Every operation of openapi.json, which documents.test.ts holds to what the routes say. */
export function operations(): Operation[] {
  const paths: Record<string, { [Method in (typeof methods)[number]]?: Described }> = openapi.paths
  return Object.entries(paths).flatMap(([path, described]) =>
    methods.flatMap((key) => {
      const operation = described[key]
      const method = upperCase[key]
      return operation ? [{ ...operation, method, path, name: `${method} ${path}` }] : []
    }),
  )
}

/**
 * What the API description promises for a tag, as `GET /v1/me 404`. Without 429 and 503: the general limit is proven
 * with the service package, outages in outages.test.ts.
 */
export function documentedAnswers(tag: string): string[] {
  return operations()
    .filter(({ tags }) => tags.includes(tag))
    .flatMap(({ name, responses }) => Object.keys(responses).map((status) => `${name} ${status}`))
    .filter((answer) => !/ (429|503)$/.test(answer))
    .toSorted()
}
