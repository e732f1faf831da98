import { type ApiDescription, operationsOf, type Schema } from './api-description.ts'

/**
 * Lists the values of an API description without an example, such as `POST /v1/login body.email`.
 *
 * Every text and number in a parameter, a body and a response needs one, on itself or on an object or list around it.
 * Booleans and values with an `enum`, a `const` or a `default` need none: their schema shows what to send.
 */
export function missingExamples(description: ApiDescription): string[] {
  const missing = operationsOf(description).flatMap(({ name, parameters, requestBody, responses }) => [
    ...(parameters ?? []).flatMap((each) => withoutExample(each.schema, `${name} parameter ${each.name}`)),
    ...contents(requestBody).flatMap((schema) => withoutExample(schema, `${name} body`)),
    ...Object.entries(responses).flatMap(([status, response]) =>
      contents(response).flatMap((schema) => withoutExample(schema, `${name} ${status} response`)),
    ),
  ])
  return [...new Set(missing)]

  function withoutExample(schema: Schema, where: string): string[] {
    if (schema.$ref !== undefined) {
      const name = schema.$ref.replace('#/components/schemas/', '')
      return withoutExample(description.components.schemas[name] ?? {}, name)
    }
    if (['example', 'enum', 'const', 'default'].some((key) => key in schema)) return []
    const { type, properties, items, additionalProperties } = schema
    const parts = [
      ...(schema.anyOf ?? []).map((part) => ({ part, at: where })),
      ...Object.entries(properties ?? {}).map(([key, part]) => ({ part, at: `${where}.${key}` })),
      ...(items ? [{ part: items, at: `${where}[]` }] : []),
      ...(typeof additionalProperties === 'object' ? [{ part: additionalProperties, at: `${where}.*` }] : []),
    ]
    if (parts.length > 0) return parts.flatMap(({ part, at }) => withoutExample(part, at))
    return [type].flat().some((each) => ['string', 'number', 'integer'].includes(each ?? '')) ? [where] : []
  }
}

function contents(described: { content?: Record<string, { schema: Schema }> } = {}): Schema[] {
  return Object.values(described.content ?? {}).map(({ schema }) => schema)
}
