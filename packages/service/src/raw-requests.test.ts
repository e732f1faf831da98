import { once } from 'node:events'
import { connect } from 'node:net'
import { promisify } from 'node:util'
import { waitFor } from '@fondasi/testing'
import { expect, test, vi } from 'vitest'
import { startDemo } from '../test/demo-service.ts'
import type { Service } from './index.ts'

// Bytes that no HTTP client sends, over a socket. Node refuses some of them before Fastify sees a request.

/** @returns everything that the service sends until it closes the connection */
async function sendRaw(app: Service, bytes: string): Promise<string> {
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  const socket = connect(Number(new URL(address).port), '127.0.0.1')
  socket.write(bytes)
  let answer = ''
  for await (const chunk of socket) answer += String(chunk)
  return answer
}

test.each([
  ['bytes that are not HTTP', 'HELLO\r\n\r\n', 'HTTP/1.1 400', 'malformed_request'],
  [
    'headers of 64 kB',
    `GET / HTTP/1.1\r\nhost: a\r\nx: ${'x'.repeat(65_536)}\r\n\r\n`,
    'HTTP/1.1 431',
    'headers_too_large',
  ],
])('%s: the response is a problem, and the metrics count it', async (_name, bytes, status, code) => {
  const { app, metrics } = await startDemo()
  const answer = await sendRaw(app, bytes)
  expect(await metrics.registry.metrics()).toContain(`status="${status.slice(-3)}"`)
  expect(answer).toContain(status)
  expect(answer).toContain(`"code":"${code}"`)
})

test.each([
  ['no Host header', 'GET /time HTTP/1.1\r\n\r\n', 400, 'bad_request'],
  ['two Host headers', 'GET /time HTTP/1.1\r\nhost: a\r\nHOST: b\r\n\r\n', 400, 'bad_request'],
  [
    'two Host headers of the same value',
    'GET /time HTTP/1.0\r\nhost: a\r\nhost: a\r\n\r\n',
    400,
    'bad_request',
  ],
  ['no Host header, and a body', 'POST /echo HTTP/1.1\r\ncontent-length: 9\r\n\r\n', 400, 'bad_request'],
  [
    'an unknown expectation',
    'POST /echo HTTP/1.1\r\nhost: a\r\nexpect: 200-maybe\r\ncontent-length: 9\r\n\r\n',
    417,
    'expectation_failed',
  ],
])(
  '%s: the response is a problem with a request id; it is limited, logged and counted, and the connection closes',
  async (...request) => {
    const [, bytes, status, code] = request
    const { app, lines, metrics } = await startDemo()
    const answer = await sendRaw(app, bytes)
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(answer).toMatch(/\r\nconnection: close\r\n/i)
    expect(answer).toMatch(/\r\nratelimit: "default";r=/i)
    expect(answer).toMatch(/\r\nx-content-type-options: nosniff\r\n/i)
    expect(JSON.parse(answer.slice(answer.indexOf('{')))).toMatchObject({
      status,
      code,
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
    expect(lines.some((line) => line.includes(`"code":"${code}"`))).toBe(true)
    expect(await metrics.registry.metrics()).toContain(`status="${status}"`)
  },
)

test('valid requests pass: HTTP/1.0 without a Host header, and Expect: 100-continue', async () => {
  const [one, two] = [await startDemo(), await startDemo()]
  expect(await sendRaw(one.app, 'GET /time HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1.1 200 /)
  const body = '{"name":"a"}'
  const head = 'POST /echo HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: application/json\r\n'
  const expecting = `${head}expect: 100-Continue\r\ncontent-length: ${body.length}\r\n\r\n${body}`
  expect(await sendRaw(two.app, expecting)).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 /)
})

test('a body that does not arrive in time is 408, unless the route sets its own time', async () => {
  const { app } = await startDemo()
  app.post('/patient', { config: { bodyTimeout: 'own' } }, (request) => request.body)
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  const begin = (path: string) => {
    // Half open: it can go on sending after the other side has ended.
    const socket = connect({ port: Number(new URL(address).port), host: '127.0.0.1', allowHalfOpen: true })
    socket.write(
      `POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 12\r\n\r\n{`,
    )
    return socket
  }
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const begun = async (path: string) => {
    const arrived = once(app.server, 'request')
    const socket = begin(path)
    await arrived
    return socket
  }
  const [slow, patient] = [await begun('/echo'), await begun('/patient')]
  vi.advanceTimersByTime(60_000)
  vi.useRealTimers()
  expect(String(await once(slow, 'data'))).toMatch(/^HTTP\/1.1 408 [^]*"code":"request_timeout"/)
  const openSockets = promisify(app.server.getConnections.bind(app.server))
  await waitFor(async () => (await openSockets()) === 1, {
    what: 'the slow connection to close',
    timeoutMs: 20_000,
  })
  patient.write('"name":"a"}')
  expect(String(await once(patient, 'data'))).toMatch(/^HTTP\/1.1 200 /)
  patient.destroy()
})

test('Node looks for late headers every second, not every thirty', async () => {
  const { app } = await startDemo()
  expect(Reflect.get(app.server, 'headersTimeout')).toBe(15_000)
  expect(Reflect.get(app.server, 'connectionsCheckingInterval')).toBe(1_000)
})

test('the service does not wait for the body of a request whose path does not decode', async () => {
  const { app } = await startDemo()
  const answer = await sendRaw(app, 'POST /%zz HTTP/1.1\r\nhost: a\r\ncontent-length: 12\r\n\r\n{')
  expect(answer).toMatch(/^HTTP\/1.1 400 [^]*\r\nconnection: close\r\n/i)
})
