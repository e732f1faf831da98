import type { FastifyRequest } from 'fastify'

/** More than any browser has a reason to send. Each value may cost a query. */
const maxValues = 5

/**
 * The different values of a cookie, as the request sends them. A browser sends a name twice when it holds cookies for
 * two paths or domains (RFC 6265, section 5.4), and the parser of @fastify/cookie keeps only the first.
 *
 * For values that need no decoding, such as base64url.
 */
export function cookieValues(request: FastifyRequest, name: string): string[] {
  const values = (request.headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1))
  return [...new Set(values)].slice(0, maxValues)
}
