import { createSigner } from 'fast-jwt'

/**
 * Signs access tokens with one key (`typ` as RFC 9068, section 2.1, has it). To be made once per key and kept: the
 * key is read from its PEM here, and that costs ten times what a signature does.
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
