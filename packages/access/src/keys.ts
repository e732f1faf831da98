import { createPublicKey } from 'node:crypto'
import { z } from 'zod'

/** Where public keys come from. */
export interface KeySource {
  /**
   * @returns the public key in PEM, or undefined when no trusted key has this id
   * @throws when the source cannot be asked
   */
  publicKey(kid: string): string | undefined | Promise<string | undefined>
}

const publicJwk = z.looseObject({
  kid: z.string(),
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string(),
  y: z.string(),
})
const jwks = z.object({ keys: z.array(publicJwk) })

/** Keys change every few weeks and the next one is published a day ahead. */
const maxAgeMs = 5 * 60_000
/** An unknown key id makes us ask again, but not for every forged token. */
const cooldownMs = 30_000
const fetchTimeoutMs = 3_000

/**
 * Keys from a JWKS address (RFC 7517), fetched when first needed, refreshed every five minutes and when an unknown
 * key id turns up. A fetch that fails leaves the known keys in use.
 */
export function remoteKeys(options: { url: string; clock: () => Date }): KeySource {
  let keys = new Map<string, string>()
  let fetchedAtMs = Number.NEGATIVE_INFINITY
  let fetching: Promise<void> | undefined

  async function fetchKeys() {
    const response = await fetch(options.url, { signal: AbortSignal.timeout(fetchTimeoutMs) })
    if (!response.ok) throw new Error(`${options.url} answered ${response.status}`)
    const document = jwks.parse(await response.json())
    keys = new Map(document.keys.map((jwk) => [jwk.kid, toPem(jwk)]))
  }

  function refresh(): Promise<void> {
    fetching ??= fetchKeys().finally(() => {
      fetchedAtMs = options.clock().getTime()
      fetching = undefined
    })
    return fetching
  }

  return {
    async publicKey(kid) {
      const ageMs = options.clock().getTime() - fetchedAtMs
      const known = keys.get(kid)
      if (known !== undefined) {
        // Serve what we have; a refresh in the background must not slow or fail the request.
        if (ageMs > maxAgeMs) refresh().catch(() => undefined)
        return known
      }
      if (ageMs > cooldownMs || keys.size === 0) await refresh()
      return keys.get(kid)
    },
  }
}

/**
 * One key that is known from the start, for an app that runs without the auth service.
 * @param jwk a public EC key (RFC 7517) with its `kid`, as JSON text
 * @throws when it is not that
 */
export function localKeys(jwk: string): KeySource {
  const key = publicJwk.parse(JSON.parse(jwk))
  const pem = toPem(key)
  return { publicKey: (kid) => (kid === key.kid ? pem : undefined) }
}

function toPem({ kty, crv, x, y }: z.output<typeof publicJwk>): string {
  return createPublicKey({ key: { kty, crv, x, y }, format: 'jwk' })
    .export({ type: 'spki', format: 'pem' })
    .toString()
}
