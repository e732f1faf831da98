import { hkdfSync } from 'node:crypto'

const keyBytes = 32

/**
 * Derives one key per purpose from the master key (HKDF-SHA256, RFC 5869). A value made for one purpose is useless for
 * another, and operators keep one secret.
 *
 * @param masterKey 32 random bytes
 */
export function deriveKeys(masterKey: Uint8Array) {
  const derive = (purpose: string) =>
    Buffer.from(hkdfSync('sha256', masterKey, '', `auth:${purpose}`, keyBytes))
  return {
    /** Authenticates refresh tokens before any query. */
    refreshTag: derive('refresh-tag'),
    /** Derives a refresh token's successor. */
    refreshRotation: derive('refresh-rotation'),
    /** Encrypts private signing keys at rest. */
    signingKeys: derive('signing-keys'),
    /** Encrypts secrets in outbox messages. */
    messages: derive('messages'),
    /** Encrypts secrets in responses that are kept for their Idempotency-Key. */
    answers: derive('answers'),
    /** Derives the tokens in mails. */
    mailTokens: derive('mail-tokens'),
    /** Authenticates list cursors. */
    cursors: derive('cursors'),
    /** Authenticates device cookies. */
    devices: derive('devices'),
    /** Derives throttle keys from e-mail addresses, so that Redis stores no address. */
    throttle: derive('throttle'),
  }
}

export type DerivedKeys = ReturnType<typeof deriveKeys>
