import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

const algorithm = 'aes-256-gcm'
const keyBytes = 32
// NIST SP 800-38D recommends 96-bit nonces. Random nonces are safe for 2^32 messages under one key.
const nonceBytes = 12
const tagBytes = 16
const versionBytes = 1
// The first byte names the format, so that a later release can change it.
const version = Buffer.of(1)

/** Encrypts values that must not be readable in a table or a backup, such as a link that resets a password. */
export type Sealer = {
  /** @param context names what the values belong to, such as the message id. Only the same context opens them. */
  seal(values: Record<string, string>, context: string): Buffer
  /** @throws Error if the value was sealed with another key or context, or was changed */
  open(sealed: Uint8Array, context: string): Record<string, string>
}

/**
 * Makes a sealer with AES-256-GCM. Format: version (1 B) | nonce (12 B) | ciphertext | tag (16 B).
 *
 * @param key 32 bytes
 * @throws RangeError if the key has another length
 */
export function createSealer(key: Uint8Array): Sealer {
  if (key.byteLength !== keyBytes) throw new RangeError(`the key must have ${keyBytes} bytes`)
  const associatedData = (context: string) => Buffer.concat([version, Buffer.from(context)])

  return {
    seal(values, context) {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv(algorithm, key, nonce).setAAD(associatedData(context))
      const text = Buffer.concat([cipher.update(JSON.stringify(values)), cipher.final()])
      return Buffer.concat([version, nonce, text, cipher.getAuthTag()])
    },
    open(sealed, context) {
      if (sealed[0] !== version[0])
        throw new Error(`the sealed value has format ${sealed[0]}, expected ${version[0]}`)
      const nonce = sealed.subarray(versionBytes, versionBytes + nonceBytes)
      const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes })
      decipher.setAAD(associatedData(context)).setAuthTag(sealed.subarray(-tagBytes))
      const text = sealed.subarray(versionBytes + nonceBytes, -tagBytes)
      return readValues(Buffer.concat([decipher.update(text), decipher.final()]).toString())
    },
  }
}

function readValues(json: string): Record<string, string> {
  const values: unknown = JSON.parse(json)
  if (typeof values !== 'object' || values === null) throw new Error('sealed values are not an object')
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]))
}
