import { createSigner } from 'fast-jwt'

/**
 * Signs access tokens with one key. The `typ` header is that of RFC 9068, section 2.1. Create one signer per key and
 * keep it: creating it parses the PEM, which costs ten times what a signature costs (ADR 25).
 */
export function createAccessTokenSigner(key: {
  kid: string
  privateKeyPem: string
}): (claims: object) => string {
  return createSigner({
    algorithm: 'ES256',
    key: key.privateKeyPem,
    kid: key.kid,
    header: { alg: 'ES256', typ: 'at+jwt' },
  })
}
