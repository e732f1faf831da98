import { createPublicKey } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, exportPKCS8, generateKeyPair } from 'jose'

/** The public half as it is stored: an elliptic curve point and nothing else. */
export type PublicJwk = { kty: 'EC'; crv: 'P-256'; x: string; y: string }

/**
 * A new ES256 key pair. Its `kid` is the thumbprint of the public key (RFC 7638), so that one id can never name two
 * keys.
 */
export async function generateSigningKey(): Promise<{
  kid: string
  publicJwk: PublicJwk
  privateKeyPem: string
}> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  const { x, y } = await exportJWK(publicKey)
  if (x === undefined || y === undefined) throw new Error('an ES256 key has two coordinates')
  const publicJwk: PublicJwk = { kty: 'EC', crv: 'P-256', x, y }
  return {
    kid: await calculateJwkThumbprint(publicJwk),
    publicJwk,
    privateKeyPem: await exportPKCS8(privateKey),
  }
}

/** The form that verifying takes. */
export function publicKeyPem(jwk: PublicJwk): string {
  return createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString()
}
