import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** 256 bits: nobody guesses one, so a fast hash keeps it as safe as a slow one would. */
const secretBytes = 32

/** A new secret. The prefix lets scanners of leaked credentials recognise it. */
export function newClientSecret(): string {
  return `cs_${randomBytes(secretBytes).toString('base64url')}`
}

/** What is stored instead of the secret. */
export function hashClientSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

/** The hashes of a client's secrets, as they are stored. */
export interface ClientSecrets {
  secretHash: Buffer
  previousSecretHash: Buffer | null
  previousSecretExpiresAt: Date | null
}

/** Is it the client's secret, or the one before it, which works for a while after a rotation? */
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
