import { randomBytes } from 'node:crypto'
import type { Sealer } from '@fondasi/outbox'

/** Makes a secret for an endpoint in the format of Standard Webhooks. @returns the encrypted secret */
export function newSecret(sealer: Sealer, endpointId: string): Buffer {
  return sealer.seal({ secret: `whsec_${randomBytes(32).toString('base64')}` }, endpointId)
}

export function openSecret(sealer: Sealer, sealed: Buffer, endpointId: string): string {
  return sealer.open(sealed, endpointId)['secret'] ?? ''
}
