import { z } from 'zod'
import { problem } from '../../errors.ts'

/** Which versions a write accepts: those named, or any there is. */
export type VersionCondition = readonly string[] | '*'

// Loose: a request has other headers, too.
export const ifMatchHeaders = z.looseObject({
  'if-match': z
    .string()
    .max(500)
    .regex(/^(?:\*|(?:W\/)?"[^"]*"(?:\s*,\s*(?:W\/)?"[^"]*")*)$/, { message: 'expected * or entity tags' })
    .optional()
    .meta({ description: 'The ETag of what you read; * for whatever is there', example: '"1"' }),
})

/**
 * Reads If-Match (RFC 9110, 13.1.1). A weak tag counts like a strong one: a proxy that compresses answers weakens
 * their tags, and here a tag names the version, whatever its bytes look like.
 *
 * @returns undefined without the header
 */
export function readIfMatch(header: string | undefined): VersionCondition | undefined {
  if (header === undefined || header === '*') return header
  // Behind the version stands a hash of what was shown: see features/cache/answer.ts.
  return [...header.matchAll(/"([^":]*)[^"]*"/g)].map(([, version = '']) => version)
}

/** The same where a write must say what it saw (RFC 6585). @throws `precondition_required` */
export function requireIfMatch(header: string | undefined): VersionCondition {
  const condition = readIfMatch(header)
  if (condition === undefined) throw problem('precondition_required')
  return condition
}

/** @throws `precondition_failed` when somebody was faster; nothing is thrown without a condition */
export function checkVersion(condition: VersionCondition | undefined, version: number): void {
  if (condition === undefined || condition === '*' || condition.includes(String(version))) return
  throw problem('precondition_failed')
}

export const etag = (version: number) => `"${version}"`
