import { hkdfSync } from 'node:crypto'

const keyBytes = 32

/**
 * One key per purpose from the master key (HKDF-SHA256, RFC 5869), so that a value made for one purpose is
 * worthless for another and operators look after one secret.
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
    /** Encrypts secrets in answers that are kept for their Idempotency-Key. */
    answers: derive('answers'),
    /** Makes the tokens in mails. */
    mailTokens: derive('mail-tokens'),
    /** Authenticates list cursors. */
    cursors: derive('cursors'),
    /** Authenticates device cookies. */
    devices: derive('devices'),
    /** Makes throttle keys from addresses, so that Redis holds none in the clear. */
    throttle: derive('throttle'),
  }
}

export type DerivedKeys = ReturnType<typeof deriveKeys>
