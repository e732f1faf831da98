import { createHash, createHmac, createSecretKey, randomBytes, timingSafeEqual } from 'node:crypto'
import { parse as parseUuid, stringify as stringifyUuid } from 'uuid'

/** What a refresh token says: which session, which turn of its rotation, and the proof. */
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
  /** @returns undefined when the text is not a token that we made; costs one HMAC and no query */
  decode(text: string): RefreshToken | undefined
  /** The secret that follows `secret` when rotated with `salt`. The same input gives the same successor. */
  successorOf(secret: Buffer, salt: Buffer): Buffer
}

/**
 * The codec of refresh tokens: `rt_` and base64url of session id, generation, secret and an HMAC tag over them.
 *
 * The tag lets garbage be refused before any query and makes an old generation recognisable without a history
 * table; without the key nobody can make up a token that would look like the reuse of somebody's session.
 */
export function createRefreshTokens(keys: RefreshTokenKeys): RefreshTokens {
  // Node looks at a key of bytes anew for each HMAC, which costs more than the HMAC itself.
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
      // One token has one spelling: Buffer skips characters that base64url does not know.
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

/** What is kept of a secret: SHA-256. The secret has 256 random bits, so a slow hash would add nothing. */
export function hashSecret(secret: Buffer): Buffer {
  return createHash('sha256').update(secret).digest()
}
