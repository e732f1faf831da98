import { createHash, createHmac } from 'node:crypto'

/** How long a link in a mail works: long enough for a slow mail server, short in case the mailbox is left open. */
export const linkLifetimeMs = 60 * 60_000

/**
 * For this long, a used link with the same password gives the same success again: a double click, or a retry after a lost
 * response, must not say that the link is invalid.
 */
export const repeatWindowMs = 60_000

/** A mailbox gets at most one link to choose a password in this time, so that a double click sends one mail. */
export const linkPauseMs = 60_000

/**
 * The token in a mail: 32 bytes in base64url that cannot be made without the key. It is derived from the id of the outbox
 * message (ADR 6). So a message that is delivered twice sends the same link twice, and both work.
 *
 * @param key the key of mail tokens, see `deriveKeys`
 * @param purpose prevents the use of one kind of token as another
 */
export function mailToken(
  key: Buffer,
  purpose: 'registration' | 'password-reset',
  messageId: string,
): string {
  return createHmac('sha256', key).update(`${purpose}:${messageId}`).digest('base64url')
}

/** What is stored of a mail token: SHA-256. */
export function hashMailToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
