import { createHmac, createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

/**
 * Forged access tokens by name, made from a valid one and the public key that everybody can fetch (RFC 8725 and the
 * usual lists). None is signed with the key of the service, because no attacker has it.
 */
export function hostileTokens(good: string, publicJwk: object): [string, string][] {
  const [header = '', payload = '', signature = ''] = good.split('.')
  const head = decode(header)
  const claims = decode(payload)
  const publicKey = createPublicKey({ key: { ...publicJwk }, format: 'jwk' })
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' })

  const unsigned = (changes: object) => `${encode({ ...head, ...changes })}.${payload}`
  const hmac = (secret: string) => {
    const body = unsigned({ alg: 'HS256' })
    return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`
  }
  const byStranger = (headChanges: object, body: string = payload) => {
    const text = `${encode({ ...head, ...headChanges })}.${body}`
    const key = { key: stranger.privateKey, dsaEncoding: 'ieee-p1363' } as const
    return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`
  }

  return [
    ...['none', 'None', 'NONE', ''].flatMap((alg): [string, string][] => [
      [`alg "${alg}" without a signature`, `${unsigned({ alg })}.`],
      [`alg "${alg}" with the old signature`, `${unsigned({ alg })}.${signature}`],
    ]),
    ...['HS256', 'HS512', 'ES384', 'RS256', 'PS256', 'EdDSA'].map((alg): [string, string] => [
      `alg ${alg} with the old signature`,
      `${unsigned({ alg })}.${signature}`,
    ]),
    ['alg a list', byStranger({ alg: ['ES256'] })],
    ['HS256 keyed with the public key in PEM', hmac(pem)],
    ['HS256 keyed with the public key as JWK', hmac(JSON.stringify(publicJwk))],
    ['HS256 keyed with nothing', hmac('')],
    ['signed by a stranger', byStranger({})],
    [
      'signed by the key in its own header',
      byStranger({ jwk: stranger.publicKey.export({ format: 'jwk' }) }),
    ],
    ['keys from the attacker’s address', byStranger({ jku: 'http://127.0.0.1:9/jwks.json', kid: 'evil' })],
    ['certificate from the attacker’s address', byStranger({ x5u: 'http://127.0.0.1:9/cert.pem' })],
    ['r = s = 0', `${header}.${payload}.${Buffer.alloc(64).toString('base64url')}`],
    ['signature cut short', `${header}.${payload}.${signature.slice(0, 20)}`],
    ['signature with extra bytes', `${header}.${payload}.${signature}AA`],
    ['signature empty', `${header}.${payload}.`],
    ['roles changed', `${header}.${encode({ ...claims, roles: ['admin'] })}.${signature}`],
    ['payload not JSON', byStranger({}, encodeText('{"iss"'))],
    ['payload null', byStranger({}, encodeText('null'))],
    ['payload a list', byStranger({}, encodeText('[]'))],
    ['payload nested 1,000 deep', byStranger({}, encodeText('['.repeat(1_000) + ']'.repeat(1_000)))],
    ['header not JSON', `${encodeText('{"alg"')}.${payload}.${signature}`],
    ['header null', `${encodeText('null')}.${payload}.${signature}`],
    ['kid unknown', byStranger({ kid: 'unknown' })],
    ['kid missing', byStranger({ kid: undefined })],
    ['kid a path', byStranger({ kid: '../../../../dev/null' })],
    ['kid SQL', byStranger({ kid: "' or '1'='1" })],
    ['kid __proto__', byStranger({ kid: '__proto__' })],
    ['kid an object', byStranger({ kid: { toString: 'x' } })],
    ['kid with NUL', byStranger({ kid: `${String(head['kid'])}\u0000` })],
    ['crit unknown', byStranger({ crit: ['exp'], exp: 1 })],
    ['typ JWT', byStranger({ typ: 'JWT' })],
    ['typ missing', byStranger({ typ: undefined })],
    ['expiry a string', byStranger({}, encode({ ...claims, exp: 'never' }))],
    ['expiry Infinity', byStranger({}, encodeText('{"exp":1e999}'))],
    ['one segment', header],
    ['two segments', `${header}.${payload}`],
    ['four segments', `${good}.x`],
    ['five segments (JWE)', `${header}.${payload}.${signature}.${signature}.${signature}`],
    ['dots only', '..'],
    ['two tokens', `${good} ${good}`],
    ['nothing', ''],
    ['8 kB of noise', randomBytes(6_000).toString('base64url')],
    ['a refresh token', `rt_${randomBytes(68).toString('base64url')}`],
  ]
}

function decode(segment: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(segment, 'base64url').toString())
}

function encode(value: object): string {
  return encodeText(JSON.stringify(value))
}

function encodeText(text: string): string {
  return Buffer.from(text).toString('base64url')
}
