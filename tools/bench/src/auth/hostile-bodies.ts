import { randomBytes } from 'node:crypto'
import type { HttpRequest } from '../http-client.ts'

type HostileRequest = HttpRequest & { what: string }

const json = { 'content-type': 'application/json' }
const form = { 'content-type': 'application/x-www-form-urlencoded' }

/** Public routes that take JSON, with a body that is valid except for the secrets in it. */
const routes: [string, Record<string, unknown>][] = [
  ['/v1/login', { email: 'user0@example.com', password: 'wrong password here' }],
  ['/v1/register', { email: 'new@example.com', password: 'a good long password', name: 'New' }],
  ['/v1/verify-email', { token: 'x'.repeat(43), password: 'a good long password' }],
  ['/v1/resend-verification', { email: 'new@example.com' }],
  ['/v1/password/forgot', { email: 'new@example.com' }],
  ['/v1/password/reset', { token: 'x'.repeat(43), password: 'a good long password' }],
  ['/v1/refresh', { refreshToken: `rt_${randomBytes(68).toString('base64url')}` }],
]

/** Values that no field of any route accepts. */
const values: [string, unknown][] = [
  ['null', null],
  ['a number', 1e308],
  ['a boolean', true],
  ['a list', ['x']],
  ['an object', { $ne: '' }],
  ['100 kB of text', 'x'.repeat(100_000)],
]

/** Bodies that contradict their content type, or that no client sends. Each must be refused. */
const bodies: [string, string | Buffer, Record<string, string>][] = [
  ['not JSON', '{"email":', json],
  ['an empty body with a JSON content type', '', json],
  ['a list', '[]', json],
  ['a string', '"x"', json],
  ['a number', '1', json],
  ['__proto__', '{"__proto__":{"admin":true}}', json],
  ['constructor.prototype', '{"constructor":{"prototype":{"admin":true}}}', json],
  ['unknown fields', '{"admin":true}', json],
  ['100,000 opening brackets', '['.repeat(100_000), json],
  ['not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]), json],
  ['UTF-16', Buffer.from('{"email":"x"}', 'utf16le'), json],
  ['2 MiB', `"${'x'.repeat(2 * 1024 * 1024)}"`, json],
  ['XML', '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>', { 'content-type': 'text/xml' }],
  ['text', 'email=x', { 'content-type': 'text/plain' }],
  ['multipart', '--x\r\n\r\n--x--', { 'content-type': 'multipart/form-data; boundary=x' }],
  ['a content type that cannot be parsed', '{}', { 'content-type': '/;;' }],
  ['compressed', randomBytes(64), { ...json, 'content-encoding': 'gzip' }],
]

const oauth: [string, string][] = [
  ['nothing', ''],
  ['no client', 'grant_type=client_credentials'],
  ['another grant', 'grant_type=password&username=x&password=y'],
  ['two grants', 'grant_type=client_credentials&grant_type=client_credentials'],
  ['a wrong secret', 'grant_type=client_credentials&client_id=x&client_secret=y'],
  ['an id with NUL', 'grant_type=client_credentials&client_id=%00&client_secret=%00'],
  ['broken percent signs', 'grant_type=%zz&client_id=%'],
  ['1,000 parameters', Array.from({ length: 1_000 }, (_, index) => `p${index}=1`).join('&')],
]

/** Requests that must be refused with a 4xx, for every public route that takes a body. */
export function hostileBodies(): HostileRequest[] {
  return [
    ...routes.flatMap(([path, good]) => [
      ...bodies.map(([what, body, headers]) => ({ path, what, body, headers })),
      ...Object.keys(good).flatMap((field) =>
        [...values, ...wrongTexts(field)].map(([what, value]) => ({
          path,
          what: `${field} ${what}`,
          body: JSON.stringify({ ...good, [field]: value }),
          headers: json,
        })),
      ),
    ]),
    ...['/v1/oauth/token', '/v1/oauth/introspect', '/v1/oauth/revoke'].flatMap((path) =>
      oauth.map(([what, body]) => ({ path, what, body, headers: form })),
    ),
  ]
}

function wrongTexts(field: string): [string, unknown][] {
  if (field === 'name') return [['of blanks', '   ']]
  return [
    ['empty', ''],
    ['with a lone surrogate', 'a\ud800@example.com'],
    ...(field === 'password' ? [] : [['with NUL', 'a\u0000@example.com'] as [string, unknown]]),
  ]
}
