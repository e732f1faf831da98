import { createPublicKey } from 'node:crypto'
import { z } from 'zod'

/** Where the public keys of access tokens come from. */
export interface KeySource {
  /**
   * @returns the public key in PEM, or undefined when no trusted key has this id
   * @throws a 503 problem while no keys are known at all
   */
  publicKey(kid: string): string | undefined | Promise<string | undefined>
  /** Says for `/readyz` whether tokens can be verified, and starts a fetch that is due. */
  state(): Promise<KeySourceState>
}

/** `outdated`: the last fetch failed, so the keys of an earlier one are in use. `missing`: no fetch has succeeded. */
export type KeySourceState = 'current' | 'outdated' | 'missing'

const es256Jwk = z.object({
  kid: z.string(),
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string(),
  y: z.string(),
  use: z.literal('sig').optional(),
  alg: z.literal('ES256').optional(),
})
const keySet = z.object({ keys: z.array(z.unknown()) })

/**
 * One key from the configuration, for an app that runs without the auth service.
 *
 * @param jwk a public EC key (RFC 7517) with its `kid`, as JSON text
 * @throws when the text is not such a key
 */
export function localKeys(jwk: string): KeySource {
  const { kid, pem } = readKey(JSON.parse(jwk))
  return {
    publicKey: (wanted) => (wanted === kid ? pem : undefined),
    state: async () => 'current',
  }
}

/**
 * Reads a JWK set (RFC 7517). Its publisher may add keys of other types or for other uses; section 5 asks readers to
 * skip what they cannot use.
 *
 * @returns kid → public key in PEM, of the keys that verify ES256
 * @throws when the document is not a JWK set
 */
export function readKeySet(document: unknown): Map<string, string> {
  const keys = new Map<string, string>()
  for (const jwk of keySet.parse(document).keys) {
    try {
      const { kid, pem } = readKey(jwk)
      keys.set(kid, pem)
    } catch {
      // A key of another type or for another use.
    }
  }
  return keys
}

function readKey(jwk: unknown): { kid: string; pem: string } {
  const { kid, kty, crv, x, y } = es256Jwk.parse(jwk)
  const key = createPublicKey({ key: { kty, crv, x, y }, format: 'jwk' })
  return { kid, pem: key.export({ type: 'spki', format: 'pem' }).toString() }
}
