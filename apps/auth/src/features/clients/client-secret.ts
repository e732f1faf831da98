import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** 256 bits cannot be guessed, so a fast hash is as safe as a slow one. */
const secretBytes = 32

/** A new secret. The prefix lets scanners of leaked credentials recognise it. */
export function newClientSecret(): string {
  return `cs_${randomBytes(secretBytes).toString('base64url')}`
}

/** The form in which a secret is stored. */
export function hashClientSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

/** The hashes of a client's secrets, as they are stored. */
export interface ClientSecrets {
  secretHash: Buffer
  previousSecretHash: Buffer | null
  previousSecretExpiresAt: Date | null
}

/** Whether this is the client's secret, or the previous one within its validity after a rotation. */
export function isClientSecret(client: ClientSecrets, secret: string, now: Date): boolean {
  const hash = hashClientSecret(secret)
  if (timingSafeEqual(client.secretHash, hash)) return true
  const { previousSecretHash, previousSecretExpiresAt } = client
  return (
    previousSecretHash !== null &&
    previousSecretExpiresAt !== null &&
    previousSecretExpiresAt > now &&
    timingSafeEqual(previousSecretHash, hash)
  )
}
