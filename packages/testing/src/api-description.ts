import { readFileSync } from 'node:fs'

/** The parts of a JSON Schema that tests read. */
export type Schema = {
  $ref?: string
  type?: string | string[]
  enum?: string[]
  example?: unknown
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: boolean | Schema
  items?: Schema
  anyOf?: Schema[]
}
type Described = {
  operationId?: string
  summary?: string
  tags: string[]
  security?: object[]
  parameters?: { in: string; name: string; schema: Schema }[]
  requestBody?: { content: Record<string, { schema: Schema }> }
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>
}

/** One operation of an API description. */
export type Operation = Described & {
  /** `POST /v1/login`. */
  name: string
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
}

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const
const upperCase = { get: 'GET', post: 'POST', put: 'PUT', patch: 'PATCH', delete: 'DELETE' } as const

/** The parts of an app's `openapi.json` that tests read. `testDocuments` checks that the file matches the routes. */
export type ApiDescription = {
  openapi: string
  paths: Record<string, { [Method in (typeof methods)[number]]?: Described }>
  components: { schemas: Record<string, Schema> }
}

/** @param path the path of an app's `openapi.json` */
export function readApiDescription(path: string): ApiDescription {
  return JSON.parse(readFileSync(path, 'utf8'))
}

/** Every operation of an API description. */
export function operationsOf({ paths }: ApiDescription): Operation[] {
  return Object.entries(paths).flatMap(([path, described]) =>
    methods.flatMap((key) => {
      const operation = described[key]
      const method = upperCase[key]
      return operation ? [{ ...operation, method, path, name: `${method} ${path}` }] : []
    }),
  )
}

/** Matches a path that has a value for each parameter of a documented one. */
export function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`)
}
