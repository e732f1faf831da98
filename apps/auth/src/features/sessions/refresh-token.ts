import { createHash, createHmac, createSecretKey, randomBytes, timingSafeEqual } from 'node:crypto'
import { parse as parseUuid, stringify as stringifyUuid } from 'uuid'

/** The contents of a refresh token: the session, the number of rotations before it, and the secret. */
export interface RefreshToken {
  sessionId: string
  generation: number
  secret: Buffer
}

const prefix = 'rt_'
const sessionIdBytes = 16
const generationBytes = 4
const secretBytes = 32
const tagBytes = 16
const bodyBytes = sessionIdBytes + generationBytes + secretBytes

/** Keys of the codec; see `deriveKeys`. */
export interface RefreshTokenKeys {
  refreshTag: Buffer
  refreshRotation: Buffer
}

export interface RefreshTokens {
  encode(token: RefreshToken): string
  /** @returns undefined when the text is not a token of this service. Costs one HMAC and no query */
  decode(text: string): RefreshToken | undefined
  /** The secret that follows `secret` after a rotation with `salt`. The same input gives the same successor. */
  successorOf(secret: Buffer, salt: Buffer): Buffer
}

/**
 * The codec of refresh tokens: `rt_` and base64url of session id, generation, secret and an HMAC tag over them.
 *
 * With the tag, the service refuses garbage before any query and recognises an old generation without a history table.
 * Nobody without the key can forge a token that looks like the reuse of a session.
 */
export function createRefreshTokens(keys: RefreshTokenKeys): RefreshTokens {
  // Node prepares a key given as bytes again for each HMAC, which costs more than the HMAC itself.
  const tagKey = createSecretKey(keys.refreshTag)
  const rotationKey = createSecretKey(keys.refreshRotation)
  const tagOf = (body: Buffer) => createHmac('sha256', tagKey).update(body).digest().subarray(0, tagBytes)

  return {
    encode({ sessionId, generation, secret }) {
      const body = Buffer.alloc(bodyBytes)
      body.set(parseUuid(sessionId), 0)
      body.writeUInt32BE(generation, sessionIdBytes)
      body.set(secret, sessionIdBytes + generationBytes)
      return prefix + Buffer.concat([body, tagOf(body)]).toString('base64url')
    },
    decode(text) {
      const bytes = Buffer.from(text.slice(prefix.length), 'base64url')
      if (bytes.length !== bodyBytes + tagBytes) return undefined
      // Buffer skips characters outside base64url, so several texts would decode to one token.
      if (text !== prefix + bytes.toString('base64url')) return undefined
      const body = bytes.subarray(0, bodyBytes)
      if (!timingSafeEqual(tagOf(body), bytes.subarray(bodyBytes))) return undefined
      return {
        sessionId: stringifyUuid(body.subarray(0, sessionIdBytes)),
        generation: body.readUInt32BE(sessionIdBytes),
        secret: body.subarray(sessionIdBytes + generationBytes),
      }
    },
    successorOf: (secret, salt) => createHmac('sha256', rotationKey).update(secret).update(salt).digest(),
  }
}

export function newSecret(): Buffer {
  return randomBytes(secretBytes)
}

export function newRotationSalt(): Buffer {
  return randomBytes(16)
}

/** The form in which a secret is stored: SHA-256. The secret has 256 random bits, so a slow hash would add nothing. */
export function hashSecret(secret: Buffer): Buffer {
  return createHash('sha256').update(secret).digest()
}
