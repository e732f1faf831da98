const replacement = '\uFFFD'

/**
 * Makes text from outside, such as the message of an error, fit for a `text` or `jsonb` column: PostgreSQL refuses NUL, and
 * half of a surrogate pair is not valid UTF-8. Both become U+FFFD.
 *
 * @param maxLength where the text is cut, in UTF-16 code units. Each takes up to 3 bytes in the database
 */
export function storableText(text: string, maxLength: number): string {
  return text.slice(0, maxLength).replaceAll('\u0000', replacement).toWellFormed()
}
