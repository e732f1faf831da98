import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

const algorithm = 'aes-256-gcm'
const keyBytes = 32
// NIST SP 800-38D: 96-bit nonces. Random ones are safe for 2^32 messages under one key.
const nonceBytes = 12
const tagBytes = 16
const versionBytes = 1

/** Encrypts what must not be readable in a table or a backup, such as a link that logs somebody in. */
export type Sealer = {
  /** @param context what the values belong to (the message id): they open with nothing else */
  seal(values: Record<string, string>, context: string): Buffer
  /** @throws Error when it was sealed with another key or context, or was changed */
  open(sealed: Uint8Array, context: string): Record<string, string>
}

/**
 * AES-256-GCM. Sealed form: key version (1 B) | nonce (12 B) | ciphertext | tag (16 B).
 *
 * @param key 32 bytes
 * @param keyVersion 0 to 255; a message says which key it needs
 * @throws RangeError for a key of another length
 */
export function createSealer(key: Uint8Array, keyVersion = 1): Sealer {
  if (key.byteLength !== keyBytes) throw new RangeError(`the key must have ${keyBytes} bytes`)
  const version = Buffer.from([keyVersion])
  const associatedData = (context: string) => Buffer.concat([version, Buffer.from(context)])

  return {
    seal(values, context) {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv(algorithm, key, nonce).setAAD(associatedData(context))
      const text = Buffer.concat([cipher.update(JSON.stringify(values)), cipher.final()])
      return Buffer.concat([version, nonce, text, cipher.getAuthTag()])
    },
    open(sealed, context) {
      if (sealed[0] !== keyVersion) throw new Error(`sealed with key version ${sealed[0]}, not ${keyVersion}`)
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
