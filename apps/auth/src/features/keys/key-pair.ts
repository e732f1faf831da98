import { createHash, createPublicKey, generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'

const generate = promisify(generateKeyPair)

/** The public half as it is stored: an elliptic curve point and nothing else. */
export type PublicJwk = { kty: 'EC'; crv: 'P-256'; x: string; y: string }

/** A new ES256 key pair. Its `kid` is the thumbprint of the public key, so that one id never names two keys. */
export async function generateSigningKey(): Promise<{
  kid: string
  publicJwk: PublicJwk
  privateKeyPem: string
}> {
  const { publicKey, privateKey } = await generate('ec', { namedCurve: 'P-256' })
  const { x, y } = publicKey.export({ format: 'jwk' })
  if (x === undefined || y === undefined) throw new Error('an ES256 key has two coordinates')
  const publicJwk: PublicJwk = { kty: 'EC', crv: 'P-256', x, y }
  return {
    kid: thumbprintOf(publicJwk),
    publicJwk,
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

/** RFC 7638: SHA-256 of the key's required members as JSON, in alphabetical order and without spaces. */
function thumbprintOf({ crv, kty, x, y }: PublicJwk): string {
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url')
}

/** The public key as PEM, for the verifier. */
export function publicKeyPem(jwk: PublicJwk): string {
  return createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString()
}
