import { createECDH, createPrivateKey, type KeyObject, sign } from 'node:crypto'

/** A coordinate of P-256 has 32 bytes (RFC 7518, 6.2.1). */
const coordinateBytes = 32
const kid = 'development'
const lifetimeSeconds = 8 * 3600

/** Derives an ES256 key pair from a secret of this checkout: 32 random bytes are a P-256 private key (FIPS 186-5, 6.2). */
export function developmentKey(secret: string) {
  const ecdh = createECDH('prime256v1')
  ecdh.setPrivateKey(Buffer.from(secret, 'base64url'))
  // Uncompressed (SEC 1, 2.3.3): a byte 4, then x, then y.
  const point = ecdh.getPublicKey()
  const x = point.subarray(1, 1 + coordinateBytes).toString('base64url')
  const y = point.subarray(1 + coordinateBytes).toString('base64url')
  const publicJwk = { kid, kty: 'EC', crv: 'P-256', x, y } as const
  const privateKey = createPrivateKey({ key: { ...publicJwk, d: secret }, format: 'jwk' })
  return { publicJwk, privateKey }
}

/** An access token (RFC 9068) like those that auth issues to a person with this role, valid for a working day. */
export function developmentToken(options: {
  privateKey: KeyObject
  issuer: string
  role: string
  id: string
}) {
  const issuedAt = Math.floor(Date.now() / 1000)
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
  const header = encode({ alg: 'ES256', typ: 'at+jwt', kid })
  const claims = encode({
    iss: options.issuer,
    aud: 'fondasi',
    sub: `development-${options.role}`,
    client_id: 'web',
    iat: issuedAt,
    exp: issuedAt + lifetimeSeconds,
    jti: options.id,
    tenant: 'main',
    roles: [options.role],
    scope: '',
    sid: options.id,
    amr: ['dev'],
    auth_time: issuedAt,
  })
  const body = `${header}.${claims}`
  const signature = sign('sha256', Buffer.from(body), { key: options.privateKey, dsaEncoding: 'ieee-p1363' })
  return `${body}.${signature.toString('base64url')}`
}
