import { storableText } from '@fondasi/postgres'

// Enough for an error message. A handler may throw a whole response.
const maxLength = 500

/** An e-mail address with the characters around it up to the next space, also percent-encoded in a URL. */
const address = /"[^"]{1,64}"@\S+|\S*(?:@|%40)\S*/giu

/** A word that is long enough to be a token. */
const token = /[\w-]{32,}/gu

/**
 * Returns why a delivery failed, for the log and for `last_error`: the message of the innermost cause. Outer errors are
 * left out, because drizzle's message contains the values of the query. E-mail addresses and secrets are cut out,
 * because mail servers and HTTP receivers quote them. It never throws, whatever the handler threw.
 *
 * @param secrets values that must not appear
 */
export function reasonOf(error: unknown, secrets: readonly string[] = []): string {
  let text = messageOf(error)
  for (const secret of secrets) if (secret !== '') text = text.replaceAll(secret, '[secret]')
  const readable = text
    // Terminals obey control characters.
    .replaceAll(/\p{Cc}+/gu, ' ')
    // Cut before the patterns run, which are slow on long texts.
    .slice(0, 2 * maxLength)
    .replaceAll(address, '[address]')
    .replaceAll(token, '[token]')
  return storableText(readable, maxLength)
}

function messageOf(error: unknown): string {
  try {
    const innermost = innermostCause(error)
    return String(innermost instanceof Error ? innermost.message : innermost)
  } catch {
    // An object without a prototype, or a getter that throws.
    return 'the delivery failed with an error that cannot be read'
  }
}

function innermostCause(error: unknown): unknown {
  const chain = new Set<unknown>()
  let current = error
  while (current instanceof Error && current.cause instanceof Error && !chain.has(current)) {
    chain.add(current)
    current = current.cause
  }
  return current
}
