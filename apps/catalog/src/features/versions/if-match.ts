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
 * Reads If-Match (RFC 9110, 13.1.1). A weak tag counts like a strong one: a proxy that compresses responses makes their
 * tags weak, and here a tag names the version, not the bytes.
 *
 * @returns undefined without the header
 */
export function readIfMatch(header: string | undefined): VersionCondition | undefined {
  if (header === undefined || header === '*') return header
  // After the version comes a hash of the content: see features/cache/answer.ts.
  return [...header.matchAll(/"([^":]*)[^"]*"/g)].map(([, version = '']) => version)
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
  throw problem('precondition_failed')
}

export const etag = (version: number) => `"${version}"`
