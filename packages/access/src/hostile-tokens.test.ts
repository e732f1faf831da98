import { createHmac, createSign, generateKeyPairSync, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  claims,
  encode,
  header,
  issuer,
  kid,
  nowSeconds,
  privateKey,
  publicKey,
  token,
  useDemoAccess,
} from '../test/demo-access.ts'

const { app, get } = await useDemoAccess()

const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const spki = publicKey.export({ type: 'spki', format: 'pem' }).toString()
const withoutClaim = (name: string) =>
  token({ payload: Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name)) })
const unsigned = (head: object) => `${encode({ ...header, ...head })}.${encode(claims)}`
const hmac = (secret: string | Buffer, alg = 'HS256') => {
  const body = unsigned({ alg })
  return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`
}
const derSignature = () => {
  const body = unsigned({})
  return `${body}.${createSign('sha256').update(body).sign(privateKey).toString('base64url')}`
}
const good = token()
const [h = '', p = '', s = ''] = good.split('.')

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const lastDigit = alphabet.indexOf(s.slice(-1))
/** The last character of a 64-byte signature has four unused bits, so fifteen other spellings decode to the same bytes. */
const respelled = Array.from(
  { length: 15 },
  (_, n) => `${h}.${p}.${s.slice(0, -1)}${alphabet.charAt(lastDigit + 1 + n)}`,
)

// What penetration testers try (RFC 8725 and the usual lists). Each gets the same 401, never a 5xx.
const hostile: [string, string][] = [
  ...['none', 'None', 'NONE', 'nOnE', 'noNe', ''].flatMap((alg): [string, string][] => [
    [`alg ${alg || 'empty'}, no signature`, `${unsigned({ alg })}.`],
    [`alg ${alg || 'empty'}, old signature`, `${unsigned({ alg })}.${s}`],
    [`alg ${alg || 'empty'}, two segments`, unsigned({ alg })],
  ]),
  ['HS256 keyed with the public key as PEM', hmac(spki)],
  ['HS256 keyed with the PEM without its newline', hmac(spki.trim())],
  ['HS256 keyed with the public key as DER', hmac(publicKey.export({ type: 'spki', format: 'der' }))],
  ['HS256 keyed with the JWK', hmac(JSON.stringify(publicKey.export({ format: 'jwk' })))],
  ['HS256 keyed with nothing', hmac('')],
  ['HS512', hmac(spki, 'HS512')],
  ['ES384 in the header', token({ header: { alg: 'ES384' } })],
  ['RS256 in the header', token({ header: { alg: 'RS256' } })],
  ['PS256 in the header', token({ header: { alg: 'PS256' } })],
  ['EdDSA in the header', token({ header: { alg: 'EdDSA' } })],
  ['alg is a list', token({ header: { alg: ['ES256'] } })],
  ['alg is missing', token({ header: { alg: undefined } })],
  ['signature of zeros (r = s = 0)', `${h}.${p}.${Buffer.alloc(64).toString('base64url')}`],
  ['signature in DER', derSignature()],
  ['signature empty', `${h}.${p}.`],
  ['signature cut short', `${h}.${p}.${s.slice(0, 20)}`],
  ['signature with one more byte', `${h}.${p}.${s}AA`],
  ...respelled.map((token, n): [string, string] => [`signature in another spelling, ${n + 1}`, token]),
  ['signature of another key', token({ key: stranger.privateKey })],
  ['signature missing', `${h}.${p}`],
  ['one segment', h],
  ['four segments', `${good}.x`],
  ['five segments (JWE)', `${h}.${p}.${s}.${s}.${s}`],
  ['dots only', '..'],
  ['payload changed', `${h}.${encode({ ...claims, roles: ['admin'] })}.${s}`],
  ['header is not JSON', `${encode('{"alg"')}.${p}.${s}`],
  ['payload is not JSON', token({ payload: '{"iss"' })],
  ['payload is a string', token({ payload: '"x"' })],
  ['payload is a list', token({ payload: [claims] })],
  ['payload is null', token({ payload: 'null' })],
  ['payload is a number', token({ payload: '1' })],
  ['header is null', `${encode('null')}.${p}.${s}`],
  ['header is a list', `${encode('[]')}.${p}.${s}`],
  ['kid missing', token({ header: { kid: undefined } })],
  ['kid unknown', token({ header: { kid: 'key-2' } })],
  ['kid traversal', token({ header: { kid: '../../../../dev/null' } })],
  ['kid SQL', token({ header: { kid: "key-1' or '1'='1" } })],
  ['kid a list', token({ header: { kid: [kid] } })],
  ['kid an object', token({ header: { kid: { toString: kid } } })],
  ['kid a number', token({ header: { kid: 1 } })],
  ['kid __proto__', token({ header: { kid: '__proto__' } })],
  ['kid with NUL', token({ header: { kid: `${kid}\u0000` } })],
  ['kid in upper case', token({ header: { kid: 'KEY-1' } })],
  [
    'jku of the attacker',
    token({ header: { jku: 'http://127.0.0.1:1/jwks.json', kid: 'evil' }, key: stranger.privateKey }),
  ],
  [
    'x5u of the attacker',
    token({ header: { x5u: 'http://127.0.0.1:1/cert.pem', kid: 'evil' }, key: stranger.privateKey }),
  ],
  [
    'jwk of the attacker in the header',
    token({ header: { jwk: stranger.publicKey.export({ format: 'jwk' }) }, key: stranger.privateKey }),
  ],
  ['x5c of the attacker', token({ header: { x5c: ['AAAA'] }, key: stranger.privateKey })],
  ['crit unknown', token({ header: { crit: ['exp'], exp: 1 } })],
  ['crit empty', token({ header: { crit: [] } })],
  ['crit b64', token({ header: { crit: ['b64'], b64: false } })],
  ['typ JWT', token({ header: { typ: 'JWT' } })],
  ['typ missing', token({ header: { typ: undefined } })],
  ['typ of an id token', token({ header: { typ: 'id+jwt' } })],
  ['typ in capitals', token({ header: { typ: 'AT+JWT' } })],
  ['typ a list', token({ header: { typ: ['at+jwt'] } })],
  ['another issuer', token({ claims: { iss: 'https://evil.example' } })],
  ['issuer with a slash', token({ claims: { iss: `${issuer}/` } })],
  ['issuer a list', token({ claims: { iss: [issuer] } })],
  ['another audience', token({ claims: { aud: 'other' } })],
  ['audience a list of others', token({ claims: { aud: ['other'] } })],
  ['audience an object', token({ claims: { aud: { fondasi: true } } })],
  ['expired', token({ claims: { exp: nowSeconds - 60 } })],
  ['expiry a string', token({ claims: { exp: String(nowSeconds + 600) } })],
  ['expiry null', token({ claims: { exp: null } })],
  ['expiry Infinity', token({ payload: JSON.stringify(claims).replace(/"exp":\d+/, '"exp":1e999') })],
  ['expiry a list', token({ claims: { exp: [nowSeconds + 600] } })],
  ['not before, in the future', token({ claims: { nbf: nowSeconds + 600 } })],
  ['not before a string', token({ claims: { nbf: 'soon' } })],
  ['issued at a string', token({ claims: { iat: 'now' } })],
  ['subject empty', token({ claims: { sub: '' } })],
  ['subject a number', token({ claims: { sub: 1 } })],
  ['roles a string', token({ claims: { roles: 'admin' } })],
  ['jti is not a UUID', token({ claims: { jti: 'x' } })],
  ['session is not a UUID', token({ claims: { sid: 'x' } })],
  ...['iss', 'aud', 'sub', 'client_id', 'iat', 'exp', 'jti', 'tenant', 'roles', 'scope'].map(
    (name): [string, string] => [`without ${name}`, withoutClaim(name)],
  ),
  ['64 kB of noise', randomBytes(48_000).toString('base64url')],
  ['64 kB, well formed', token({ claims: { padding: 'x'.repeat(48_000) } })],
  ['deeply nested payload', token({ payload: `${'['.repeat(1_000)}${']'.repeat(1_000)}` })],
  ['base64 instead of base64url', `${h}.${p}.${Buffer.from(s, 'base64url').toString('base64')}`],
  ['a refresh token', 'rt_AZNvDoo8fMKdHis9Plxq'],
]

describe('hostile tokens', () => {
  test.each(hostile)('%s: 401 invalid_token', async (_name, hostileToken) => {
    const response = await get('/me', `Bearer ${hostileToken}`)
    expect(response.statusCode).toBe(401)
    expect(response.json()).toMatchObject({ code: 'invalid_token', status: 401 })
    expect(response.headers['www-authenticate']).toBe('Bearer error="invalid_token"')
    expect((await app.inject({ url: '/inspect', headers: { 'x-token': hostileToken } })).json()).toEqual({
      active: false,
    })
  })

  test.each([undefined, 'Basic dXNlcjpwYXNz', 'Token x', ''])(
    'Authorization %s: 401 without an error code',
    async (authorization) => {
      const response = await get('/me', authorization)
      expect(response.statusCode).toBe(401)
      expect(response.headers['www-authenticate']).toBe('Bearer realm="fondasi"')
    },
  )

  test.each(['Bearer', 'Bearer ', 'Bearer a b', `Bearer ${good} ${good}`, `Bearer  ${good}`])(
    'Authorization %j: 401 invalid_token',
    async (authorization) => {
      const response = await get('/me', authorization)
      expect(response.json()).toMatchObject({ status: 401, code: 'invalid_token' })
    },
  )
})
