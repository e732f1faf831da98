import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { waitFor } from '@fondasi/testing'
import { expect, test, vi } from 'vitest'
import { startDemo } from '../test/demo-service.ts'

// What no HTTP client sends, over a socket: there is no request yet that Fastify could answer.

test.each([
  ['no HTTP', 'HELLO\r\n\r\n', 'HTTP/1.1 400', 'malformed_request'],
  [
    'headers of 64 kB',
    `GET / HTTP/1.1\r\nhost: a\r\nx: ${'x'.repeat(65_536)}\r\n\r\n`,
    'HTTP/1.1 431',
    'headers_too_large',
  ],
])('%s: a problem, too', async (_name, bytes, status, code) => {
  const { app } = await startDemo()
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  const socket = connect(Number(new URL(address).port), '127.0.0.1')
  socket.write(bytes)
  let answer = ''
  for await (const chunk of socket) answer += String(chunk)
  expect(answer).toContain(status)
  expect(answer).toContain(`"code":"${code}"`)
})

test('a body that does not arrive in time is 408, on a route that does not take its own time', async () => {
  const { app } = await startDemo()
  app.post('/patient', { config: { bodyTimeout: 'own' } }, (request) => request.body)
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  const begin = (path: string) => {
    // Half open: it goes on sending although the other side has ended.
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
  // The rate limit asks Redis before the body is read.
  await delay(100)
  vi.advanceTimersByTime(60_000)
  vi.useRealTimers()
  expect(String(await once(slow, 'data'))).toMatch(/^HTTP\/1.1 408 [^]*"code":"request_timeout"/)
  const openSockets = promisify(app.server.getConnections.bind(app.server))
  await waitFor(async () => (await openSockets()) === 1, { what: 'the slow one to be cut off' })
  patient.write('"name":"a"}')
  expect(String(await once(patient, 'data'))).toMatch(/^HTTP\/1.1 200 /)
  patient.destroy()
})

test('headers that do not arrive in time are looked for every second, not every thirty', async () => {
  const { app } = await startDemo()
  expect(Reflect.get(app.server, 'headersTimeout')).toBe(15_000)
  expect(Reflect.get(app.server, 'connectionsCheckingInterval')).toBe(1_000)
})

test('a body behind an address that cannot be decoded is not waited for', async () => {
  const { app } = await startDemo()
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  const socket = connect(Number(new URL(address).port), '127.0.0.1')
  socket.write('POST /%zz HTTP/1.1\r\nhost: a\r\ncontent-length: 12\r\n\r\n{')
  let answer = ''
  for await (const chunk of socket) answer += String(chunk)
  expect(answer).toMatch(/^HTTP\/1.1 400 [^]*\r\nconnection: close\r\n/i)
})
