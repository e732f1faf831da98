import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { problem } from '../../errors.ts'

/** The versions that a write accepts: the named ones, or any (`*`). */
export type VersionCondition = readonly string[] | '*'

// Loose, because a request has other headers too.
export const ifMatchHeaders = z.looseObject({
  'if-match': z
    .string()
    .max(500)
    .regex(/^(?:\*|(?:W\/)?"[^"]*"(?:\s*,\s*(?:W\/)?"[^"]*")*)$/, {
      message: 'must be * or entity tags in double quotes',
    })
    .optional()
    .meta({ description: 'The ETag that you read, or * for any version', example: '"1"' }),
})

/**
 * Reads If-Match. Its comparison is strong (RFC 9110, 13.1.1), so a weak tag names no version.
 *
 * @returns undefined without the header
 */
export function readIfMatch(header: string | undefined): VersionCondition | undefined {
  if (header === undefined || header === '*') return header
  // After the version comes a hash of the content: see features/cache/answer.ts.
  const tags = [...header.matchAll(/(W\/)?"([^":]*)[^"]*"/g)]
  return tags.filter(([, weak]) => weak === undefined).map(([, , version = '']) => version)
}

/** The same, for writes that require the header (RFC 6585). @throws `precondition_required` */
export function requireIfMatch(header: string | undefined): VersionCondition {
  const condition = readIfMatch(header)
  if (condition === undefined) throw problem('precondition_required')
  return condition
}

/** Does nothing without a condition. @throws `precondition_failed` when the version is another one */
export function checkVersion(condition: VersionCondition | undefined, version: number): void {
  if (condition === undefined || condition === '*' || condition.includes(String(version))) return
  const isWeak = condition.length === 0
  throw problem(
    'precondition_failed',
    isWeak ? { detail: 'Send the ETag without W/: a weak tag never matches' } : {},
  )
}

export const etag = (version: number) => `"${version}"`

/** Sets the ETag of a resource that is sent as the response. */
export function tagged<Resource extends { version: number }>(
  reply: FastifyReply,
  resource: Resource,
): Resource {
  reply.header('etag', etag(resource.version))
  return resource
}
