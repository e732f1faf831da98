// Enough for an error message. A handler may throw a whole response.
const maxLength = 500

/** An e-mail address with the characters around it up to the next space, also percent-encoded in a URL. */
const address = /"[^"]{1,64}"@\S+|\S*(?:@|%40)\S*/giu

/** A word that is long enough to be a token. */
const token = /[\w-]{32,}/gu

/**
 * Returns why a delivery failed, for the log and for `last_error`: the message of the innermost cause. Outer errors are
 * left out, because drizzle's message contains the values of the query. E-mail addresses and secrets are cut out,
 * because mail servers and HTTP receivers quote them.
 *
 * @param secrets values that must not appear
 */
export function reasonOf(error: unknown, secrets: readonly string[] = []): string {
  let cause = error
  while (cause instanceof Error && cause.cause instanceof Error) cause = cause.cause
  let text = cause instanceof Error ? cause.message : String(cause)
  for (const secret of secrets) if (secret !== '') text = text.replaceAll(secret, '[secret]')
  return (
    text
      // PostgreSQL cannot store NUL, and terminals obey other control characters.
      .replaceAll(/\p{Cc}+/gu, ' ')
      // Cut before the patterns run, which are slow on long texts.
      .slice(0, 2 * maxLength)
      .replaceAll(address, '[address]')
      .replaceAll(token, '[token]')
      .slice(0, maxLength)
      .toWellFormed()
  )
}
