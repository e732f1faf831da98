import type { Json } from '../kinds/outcome.ts'

/** Larger results belong in a blob. */
const maxResultBytes = 16_384
/** What is kept of a result that is too large, so that a person sees what it was. */
const keptCharacters = 1_000

/** In JSON text: an escape of a character that PostgreSQL's jsonb refuses (NUL, half of a surrogate pair). */
const refusedEscape = /(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g

/** Whether PostgreSQL can store a value as jsonb. */
export function isStorable(value: unknown): boolean {
  return JSON.stringify(value).search(refusedEscape) === -1
}

/**
 * Turns a result into JSON that PostgreSQL can store: it replaces characters that cannot be stored, and keeps only the start of
 * a result that is too large. Recording that a job is done must not fail because of its result.
 *
 * @param value should be JSON, but a handler may return anything
 */
export function storableResult(value: unknown): Json {
  const text = textOf(value)
  if (Buffer.byteLength(text) > maxResultBytes)
    return { truncated: text.slice(0, keptCharacters).toWellFormed() }
  return JSON.parse(text)
}

function textOf(value: unknown): string {
  try {
    const text: string | undefined = JSON.stringify(value)
    return (text ?? 'null').replaceAll(refusedEscape, '$1\\ufffd')
  } catch {
    return '{"unreadable":true}'
  }
}
