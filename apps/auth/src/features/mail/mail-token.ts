import { createHash, createHmac } from 'node:crypto'

/** How long a link in a mail works: long enough for a slow mail server, short in case the mailbox is left open. */
export const linkLifetimeMs = 60 * 60_000

/**
 * The token in a mail: 32 bytes in base64url that nobody without the key can make. It is derived from the outbox
 * message that asks for the mail, so a message that is delivered twice sends the same link twice, and both work.
 *
 * @param key of mail tokens, see `deriveKeys`
 * @param purpose keeps a token of one kind of mail from being used as another's
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
