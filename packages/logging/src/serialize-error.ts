/** A chain of causes longer than this is a loop or says nothing new. */
const maxCauses = 5

/**
 * What the log keeps of an error: its class, message, stack, code and causes, and none of its other properties.
 *
 * Drizzle's errors hold the values of the query in their message, hashes and addresses among them: the query stays,
 * with its `$1`, the values go.
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
