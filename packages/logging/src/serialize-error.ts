/** A longer chain of causes is a loop or adds nothing. */
const maxCauses = 5

/**
 * What the log keeps of an error: its class, message, stack, code and causes, and no other property.
 *
 * Drizzle's errors have the query's parameters in their message, such as hashes and e-mail addresses. The log keeps the query
 * with its `$1` and drops the parameters.
 */
export function serializeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return error
  const query: unknown = Reflect.get(error, 'query')
  const message = typeof query === 'string' ? `Failed query: ${query}` : error.message
  const code: unknown = Reflect.get(error, 'code')
  const stackLines = error.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? []
  return {
    type: error.name,
    message,
    stack: [`${error.name}: ${message}`, ...stackLines].join('\n'),
    ...(typeof code === 'string' && { code }),
    ...(error.cause instanceof Error &&
      depth < maxCauses && { cause: serializeError(error.cause, depth + 1) }),
  }
}
