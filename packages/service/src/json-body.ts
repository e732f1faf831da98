import { serviceProblem } from './problem.ts'
import type { Service } from './service.ts'

/** More than any body needs. Deeper ones would overflow the stack of recursive code, such as a schema of any JSON. */
const maxJsonDepth = 100

/**
 * Parses JSON bodies. JSON that is nested too deep is refused. An empty body with a JSON content type is a request without a
 * body, because many clients set that type on every request. Routes that need a body refuse it with a validation error, as they
 * refuse a request without a content type.
 */
export function parseJsonBodies(app: Service): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined)
    else if (isDeepJson(body)) done(tooDeep())
    else void parse(request, body, done)
  })
}

/** The problem of a body for which `isDeepJson` is true. */
export const tooDeep = () =>
  serviceProblem('malformed_body', { detail: `JSON may have at most ${maxJsonDepth} levels` })

/** Whether JSON has more levels of arrays and objects than a body may have. It reads the text without recursion. */
export function isDeepJson(text: string): boolean {
  let depth = 0
  for (let at = 0; at < text.length; at += 1) {
    switch (text[at]) {
      case '"':
        at = endOfString(text, at)
        break
      case '{':
      case '[':
        depth += 1
        if (depth > maxJsonDepth) return true
        break
      case '}':
      case ']':
        depth -= 1
        break
      case undefined:
      default:
    }
  }
  return false
}

/** @returns the index of the quote that closes the string, or the end of the text */
function endOfString(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at
}
