import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { type Operation, waitFor } from '@fondasi/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { operations } from './api-description.ts'
import { type AuthBackend, type AuthInstance, createAuthBackend, startAuth } from './auth-service.ts'
import { asAdmin, asService } from './mint-token.ts'

// Hostile requests, apart from their bodies: queries and path parameters from the API description, headers over a real
// socket, because an HTTP client would not send them.

let backend: AuthBackend
let auth: AuthInstance
let port: number
beforeAll(async () => {
  backend = await createAuthBackend()
  auth = await startAuth(backend)
  port = Number(new URL(await auth.app.listen({ host: '127.0.0.1', port: 0 })).port)
})
afterAll(async () => {
  await auth?.close()
  await backend?.close()
})

const knownId = '01936f0e-8a3c-7cc2-9d1e-000000000000'

async function headersFor({ security, path }: Operation): Promise<Record<string, string>> {
  if (!security) return {}
  return path === '/v1/revocations' ? asService(auth, 'catalog') : asAdmin(auth)
}

/** @returns what is wrong with the response, or undefined */
async function send(operation: Operation, url: string, mayPass: boolean): Promise<string | undefined> {
  const { method, responses } = operation
  const response = await auth.app.inject({ method, url, headers: await headersFor(operation) })
  const { statusCode, body } = response
  const verdict = (what: string) => `${url.slice(0, 80)}: ${statusCode} ${what} ${body.slice(0, 200)}`
  if (statusCode < 400) return mayPass ? undefined : verdict('is accepted')
  if (statusCode >= 500) return verdict('is a server error')
  // The path may be that of another route or of none. A path that is too long is refused before routing.
  if (!responses[statusCode] && ![404, 405, 414].includes(statusCode)) return verdict('is not documented')
  const problem = response.json<{ status?: unknown; code?: unknown }>()
  if (problem.status !== statusCode || !/^[a-z]+(_[a-z]+)+$/.test(String(problem.code)))
    return verdict('is not a problem document')
  return undefined
}

async function failures(operation: Operation, urls: string[], mayPass: boolean): Promise<string[]> {
  const verdicts = []
  for (const url of urls) verdicts.push(await send(operation, url, mayPass))
  return verdicts.filter((verdict) => verdict !== undefined)
}

/** Invalid for every parameter of every route. */
const neverValid = ['%00', 'a%00b', 'x'.repeat(2_000), '%0d%0aset-cookie:%20a=b%00']
/** Unusual values, which some routes accept. */
const odd = [
  '',
  '%20',
  '%',
  '%ff',
  '%ED%A0%80',
  '%F0%9F%98%80',
  '-1',
  '0',
  '1e9',
  'Infinity',
  'NaN',
  '0x10',
  '9'.repeat(30),
  "'%20or%201=1--",
  '..%2f..%2fetc%2fpasswd',
  '%7B%7D',
  '[object%20Object]',
  '$where',
  '__proto__',
  // The largest bigint, and the next number.
  '9223372036854775807',
  '9223372036854775808',
  '0:0',
]

describe('a hostile query', () => {
  const withQuery = operations().filter(({ parameters }) => parameters?.some((each) => each.in === 'query'))
  test.each(withQuery)('$name', async (operation) => {
    const url = operation.path.replace('{id}', knownId)
    const names = (operation.parameters ?? []).filter((each) => each.in === 'query').map(({ name }) => name)
    const never = names.flatMap((name) => [
      ...neverValid.map((value) => `${url}?${name}=${value}`),
      `${url}?${name}=1&${name}=2`,
      `${url}?${name}[]=1`,
      `${url}?${name}[a]=1`,
    ])
    const unknown = ['unknown=1', '__proto__=1', 'constructor[prototype][a]=1', 'toString=1'].map(
      (query) => `${url}?${query}`,
    )
    expect(await failures(operation, [...never, ...unknown], false)).toEqual([])
    const perhaps = names.flatMap((name) => odd.map((value) => `${url}?${name}=${value}`))
    expect(await failures(operation, perhaps, true)).toEqual([])
  })
})

describe('a hostile path', () => {
  const withId = operations().filter(({ path, requestBody }) => path.includes('{id}') && !requestBody)
  test.each(withId)('$name', async (operation) => {
    const values = [
      ...neverValid,
      ...odd,
      '../me',
      '.',
      '..',
      knownId.slice(1),
      `${knownId}/`,
      `{${knownId}}`,
    ]
    const urls = values.map((value) => operation.path.replace('{id}', value))
    expect(await failures(operation, urls, false)).toEqual([])
  })
})

/** Sends raw bytes. @returns the status of the first response, and the whole response */
async function raw(lines: string[], body = ''): Promise<{ status: number; text: string }> {
  const socket = connect({ port, host: '127.0.0.1' })
  socket.on('error', () => {})
  let text = ''
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1')
  })
  socket.write([...lines, 'connection: close', '', body].join('\r\n'), 'latin1')
  await once(socket, 'close')
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]), text }
}

/** A new account each time, so that none of them is locked. */
let logins = 0
const loginBody = () => JSON.stringify({ email: `nobody${(logins += 1)}@example.com`, password: 'x' })

const big = (length: number) => 'x'.repeat(length)

describe('a hostile header', () => {
  test.each([
    ['too large', [`x-large: ${big(20_000)}`], 431],
    ['many', Array.from({ length: 3_000 }, (_, index) => `x-${index}: y`), 431],
    ['no host', [], 400],
    ['a line without a colon', ['host: a', 'nonsense'], 400],
    ['NUL in a value', ['host: a', 'user-agent: a\u0000b'], 400],
    ['a folded line', ['host: a', 'user-agent: a', ' b'], 400],
    ['two lengths', ['host: a', 'content-length: 1', 'content-length: 2'], 400],
    ['a negative length', ['host: a', 'content-length: -1'], 400],
    [
      'length and chunks (request smuggling)',
      ['host: a', 'content-length: 4', 'transfer-encoding: chunked'],
      400,
    ],
  ])('%s is refused before any route', async (_name, headers, status) => {
    expect((await raw(['POST /v1/refresh HTTP/1.1', ...headers])).status).toBe(status)
  })

  const tokens: [string, string[], string][] = [
    ['huge', [`authorization: Bearer ${big(9_000)}`], 'invalid_token'],
    ['twice', ['authorization: Bearer a', 'authorization: Bearer b'], 'invalid_token'],
    ['without a token', ['authorization: Bearer'], 'invalid_token'],
    ['two tokens', ['authorization: Bearer a b'], 'invalid_token'],
    ['not ASCII', ['authorization: Bearer \u00e9\u00ff.\u00ff.\u00ff'], 'invalid_token'],
    ['dots', ['authorization: Bearer ...'], 'invalid_token'],
    [
      'deep',
      [`authorization: Bearer ${Buffer.from('['.repeat(2_000)).toString('base64url')}.e30.`],
      'invalid_token',
    ],
    ['Basic', ['authorization: Basic OjpAOg=='], 'missing_token'],
    ['Digest', ['authorization: Digest username="\u00ff"'], 'missing_token'],
    ['empty', ['authorization:'], 'missing_token'],
    ['in a cookie only', ['cookie: authorization=Bearer a; access_token=a'], 'missing_token'],
  ]
  test.each(tokens)('authorization %s is 401', async (_name, headers, code) => {
    const { status, text } = await raw(['GET /v1/me HTTP/1.1', 'host: a', ...headers])
    expect(status).toBe(401)
    expect(text).toContain(`"code":"${code}"`)
  })

  const cookies: [string, string[]][] = [
    ['only separators', ['cookie: ;;=;;,,=']],
    ['no name', ['cookie: =x; rt']],
    ['broken escapes', ['cookie: rt=%ff%; rt=%E0%A4%A']],
    ['quotes', ['cookie: rt="rt_"; dc="']],
    ['twice', ['cookie: rt=rt_a', 'cookie: rt=rt_b; rt=rt_c']],
    ['not ASCII', ['cookie: rt=\u00ff\u00fe; dc=\u00ff']],
    ['__proto__', ['cookie: __proto__=x; constructor=y; toString=z']],
    ['large', [`cookie: rt=${big(9_000)}`]],
    ['many', [`cookie: ${Array.from({ length: 900 }, (_, index) => `c${index}=1`).join('; ')}`]],
  ]
  test.each(cookies)('cookies, %s: the refresh is 401 and the login works', async (_name, headers) => {
    const post = (path: string, body: string) => [
      `POST /v1/${path} HTTP/1.1`,
      'host: a',
      ...headers,
      'content-type: application/json',
      `content-length: ${body.length}`,
    ]
    const refreshed = await raw(post('refresh', '{}'), '{}')
    expect(refreshed.status).toBe(401)
    expect(refreshed.text).toContain('"code":"invalid_grant"')
    const body = loginBody()
    const login = await raw(post('login', body), body)
    expect(login.text).toContain('"code":"invalid_credentials"')
  })

  test.each([
    ['x-forwarded-for', 'not an address'],
    ['x-forwarded-for', `${'1.1.1.1, '.repeat(1_000)}x`],
    ['x-forwarded-for', ',,,'],
    ['x-forwarded-for', '::ffff:999.1.1.1'],
    ['x-forwarded-for', '203.0.113.7:4711'],
    ['x-forwarded-proto', 'javascript'],
    ['x-forwarded-host', 'evil.example'],
    ['host', 'a b<>"'],
    ['host', ':::::'],
    ['origin', 'null'],
    ['origin', 'http://['],
    ['sec-fetch-site', 'same-origin, cross-site'],
    ['x-request-id', '"},{"level":"error'],
    ['traceparent', '00-zz'],
    ['user-agent', `\u00ff${big(8_000)}`],
    ['accept', big(8_000)],
    ['if-none-match', '*, W/"'],
    ['content-encoding', 'gzip'],
    ['expect', '100-continue'],
    ['upgrade', 'h2c'],
  ])('%s: %.40s does no harm', async (name, value) => {
    const body = loginBody()
    const lines = [
      'POST /v1/login HTTP/1.1',
      ...(name === 'host' ? [] : ['host: a']),
      `${name}: ${value}`,
      'content-type: application/json',
      `content-length: ${body.length}`,
    ]
    const { status, text } = await raw(lines, body)
    expect([400, 401, 403, 415], text.slice(0, 500)).toContain(text.startsWith('HTTP/1.1 100') ? 401 : status)
    expect(text).not.toContain('evil.example')
  })

  test.each([
    'GET / HTTP/9.9',
    'BREW /v1/me HTTP/1.1',
    'GET http://evil.example/v1/me HTTP/1.1',
    '\u0016\u0003\u0001',
  ])('request line %j is a 4xx', async (line) => {
    const { status } = await raw([line, 'host: a'])
    expect([400, 401, 404]).toContain(status)
  })
})

test('a client that disconnects in the middle of its body causes no error', async () => {
  const socket = connect({ port, host: '127.0.0.1' })
  const isRead = once(auth.app.server, 'request').then(([request]: IncomingMessage[]) =>
    waitFor(() => request?.listenerCount('data') === 1, { what: 'the body to be read' }),
  )
  socket.write(
    'POST /v1/login HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{',
  )
  await isRead
  socket.destroy()
  await waitFor(() => auth.log.some(({ code }) => code === 'client_gone'), { what: 'the request to end' })
})

test('afterwards the process works, and no error was logged', async () => {
  expect(auth.log.filter(({ level }) => level === 'error' || level === 'fatal')).toEqual([])
  expect(auth.log.filter(({ requestId }) => String(requestId).includes('level'))).toEqual([])
  expect((await raw(['GET /livez HTTP/1.1', 'host: a'])).status).toBe(200)
})
