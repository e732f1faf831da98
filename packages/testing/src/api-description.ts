import { readFileSync } from 'node:fs'

export type FieldSchema = {
  type?: string
  enum?: string[]
  example?: unknown
  items?: FieldSchema
}
type BodySchema = {
  properties?: Record<string, FieldSchema>
  required?: string[]
  anyOf?: BodySchema[]
  type?: string
}
type Described = {
  operationId?: string
  summary?: string
  tags: string[]
  security?: object[]
  parameters?: { in: string; name: string; schema: FieldSchema }[]
  requestBody?: { content: Record<string, { schema: BodySchema }> }
  responses: Record<string, object>
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
  components: { schemas: Record<string, object> }
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
