import { randomBytes } from 'node:crypto'
import type { Sealer } from '@fondasi/outbox'

/** Makes the secret of an endpoint, as Standard Webhooks spells it. @returns it encrypted */
export function newSecret(sealer: Sealer, endpointId: string): Buffer {
  return sealer.seal({ secret: `whsec_${randomBytes(32).toString('base64')}` }, endpointId)
}

export function openSecret(sealer: Sealer, sealed: Buffer, endpointId: string): string {
  return sealer.open(sealed, endpointId)['secret'] ?? ''
}
