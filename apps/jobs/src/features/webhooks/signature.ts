import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/*
 * Standard Webhooks (https://www.standardwebhooks.com): HMAC-SHA-256 over `<id>.<timestamp>.<body>`, in base64 after `v1,`.
 */

/** How secrets begin, so that people and scanners recognise them. */
const secretPrefix = 'whsec_'
const secretBytes = 32

export function newWebhookSecret(): string {
  return `${secretPrefix}${randomBytes(secretBytes).toString('base64')}`
}

export interface SignedMessage {
  id: string
  /** Seconds since the epoch. */
  timestamp: number
  body: string | Buffer
}

/** The signature of a message, such as `v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=`. */
export function signatureOf(secret: string, { id, timestamp, body }: SignedMessage): string {
  const key = Buffer.from(secret.slice(secretPrefix.length), 'base64')
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`
}

/** @param signatures the header: signatures with several secrets, or of several versions, separated by spaces */
export function isSignedWith(secret: string, message: SignedMessage, signatures: string): boolean {
  const expected = Buffer.from(signatureOf(secret, message))
  return signatures
    .split(' ')
    .map((signature) => Buffer.from(signature))
    .some((signature) => signature.length === expected.length && timingSafeEqual(signature, expected))
}
