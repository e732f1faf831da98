import type { Sealer } from '@fondasi/outbox'
import { createAccessTokenSigner } from './access-token-signer.ts'
import { type PublicJwk, publicKeyPem } from './key-pair.ts'
import type { SigningKeyRow } from './repository.ts'
import { stateOf } from './signing-key.ts'

/** A key as the JWKS shows it (RFC 7517). */
export type PublishedKey = PublicJwk & { kid: string; alg: 'ES256'; use: 'sig' }

export interface SigningKey {
  kid: string
  privateKeyPem: string
  /** @returns an access token of these claims */
  sign: (claims: object) => string
}

export interface LoadedKey extends SigningKeyRow {
  publicPem: string
  /** Only of a key that signs now or next. */
  signing: SigningKey | undefined
}

/** @throws when the private key cannot be decrypted: the master key is not the one that encrypted it */
export function openKey(row: SigningKeyRow, sealer: Sealer, now: Date): LoadedKey {
  const signs = ['next', 'active'].includes(stateOf(row, now))
  return {
    ...row,
    publicPem: publicKeyPem(row.publicJwk),
    signing: signs ? openPrivateKey(row, sealer) : undefined,
  }
}

function openPrivateKey({ kid, sealedPrivateKey }: SigningKeyRow, sealer: Sealer): SigningKey {
  try {
    const { privateKey: privateKeyPem = '' } = sealer.open(sealedPrivateKey, kid)
    return { kid, privateKeyPem, sign: createAccessTokenSigner({ kid, privateKeyPem }) }
  } catch (cause) {
    throw new Error(`AUTH_MASTER_KEY is not the key that sealed the signing key ${kid}`, { cause })
  }
}

export function toPublishedKey({ kid, publicJwk: { kty, crv, x, y } }: SigningKeyRow): PublishedKey {
  return { kty, crv, x, y, kid, alg: 'ES256', use: 'sig' }
}
