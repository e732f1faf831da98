import { randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTraceReceiver, type TraceReceiver, waitFor } from '@fondasi/testing'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { type AuthProcess, startAuthProcess } from './auth-process.ts'
import { type AuthBackend, authEnv, createAuthBackend, startAuth, testPassword } from './auth-service.ts'

// Each test starts the service once or twice, as a process.
vi.setConfig({ testTimeout: 200_000 })

let backend: AuthBackend
beforeAll(async () => {
  backend = await createAuthBackend()
})
beforeEach(() => backend.reset())
afterAll(() => backend.close())

const traceIdOf = (n: number) => n.toString(16).padStart(32, '0')
const parentId = 'b7ad6b7169203331'
const traceparentOf = (n: number) => `00-${traceIdOf(n)}-${parentId}-01`

async function receiveTraces(options = { answers: true }): Promise<TraceReceiver> {
  const receiver = await startTraceReceiver(options)
  onTestFinished(() => receiver.close())
  return receiver
}

/** The service as a process on the test's database and Redis; gone at the end of the test. */
async function startTraced(env: Record<string, string>): Promise<AuthProcess> {
  const auth = await startAuthProcess({ env: authEnv(backend) }, env)
  onTestFinished(() => auth.kill())
  await auth.connected()
  return auth
}

async function post(url: string, body: object, headers: Record<string, string> = {}): Promise<number> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  await response.text()
  return response.status
}

test("a request is one trace that continues the caller's: route, PostgreSQL, Redis, and the delivered message", async () => {
  const receiver = await receiveTraces()
  const auth = await startTraced({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint })
  const person = { email: 'siti@example.com', name: 'Siti Nurhaliza', password: testPassword }

  const path = '/v1/register?from=newsletter'
  expect(await post(auth.url + path, person, { traceparent: traceparentOf(1) })).toBe(202)
  const mailed = () => auth.log.some(({ msg }) => msg === 'mail')
  await waitFor(mailed, { what: 'the mail', timeoutMs: 30_000 })
  expect(await auth.stop()).toBe(0)

  const spans = receiver.of(traceIdOf(1))
  const [request, ...others] = spans.filter(({ parentSpanId }) => parentSpanId === parentId)
  expect(others).toEqual([])
  expect(request).toMatchObject({
    name: 'POST /v1/register',
    attributes: { 'http.route': '/v1/register', 'http.response.status_code': 202 },
  })
  const below = (id: string | undefined) => spans.filter(({ parentSpanId }) => parentSpanId === id)
  const ofRequest = below(request?.spanId).map(({ attributes }) => attributes['db.system.name'])
  expect(ofRequest).toContain('postgresql')
  expect(ofRequest).toContain('redis')

  const delivery = below(request?.spanId).find(({ name }) => name === 'deliver registration.requested')
  const ofDelivery = below(delivery?.spanId).map(({ attributes }) => attributes['db.query.text'])
  expect(ofDelivery).toContainEqual(expect.stringMatching(/^insert into "registrations" .*\$1/))

  const ended = auth.log.find((line) => line['msg'] === 'request' && line['route'] === '/v1/register')
  expect(ended).toMatchObject({ traceId: traceIdOf(1) })

  // Values from the client, the prefix of Redis keys, and our own secrets.
  const sent = receiver.bodies.join('\n')
  expect(sent).toContain('POST /v1/traces ')
  const secrets = [person.email, person.name, testPassword, 'newsletter', backend.redis.keyPrefix, '$argon2']
  expect(secrets.filter((secret) => sent.includes(secret))).toEqual([])
  expect(sent).not.toContain(new URL(backend.database.url).password)
})

test('a request without a traceparent begins a trace, and its log lines carry that id', async () => {
  const receiver = await receiveTraces()
  const auth = await startTraced({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint })

  expect(await post(`${auth.url}/v1/login`, { email: 'nobody@example.com', password: testPassword })).toBe(
    401,
  )
  expect((await fetch(`${auth.url}/livez`)).status).toBe(200)
  expect((await fetch(`${auth.url}/readyz`)).status).toBe(200)
  await auth.stop()

  const ended = auth.log.find((line) => line['route'] === '/v1/login')
  const lines = auth.log.filter((line) => line['requestId'] === ended?.['requestId'])
  // The refusal, and the end of the request.
  expect(lines.length).toBeGreaterThan(1)
  const traceId = String(ended?.['traceId'])
  expect(lines.filter((line) => line['traceId'] !== traceId)).toEqual([])
  const [request] = receiver.of(traceId).filter((span) => span.parentSpanId === undefined)
  expect(request?.name).toBe('POST /v1/login')
  // Probes, the relay's polling and the clean-up make no traces.
  expect(receiver.spans.filter((span) => span.traceId !== traceId)).toEqual([])
})

test('many requests on one connection to PostgreSQL: each query is in the trace of its own request', async () => {
  const receiver = await receiveTraces()
  const auth = await startTraced({
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
    DATABASE_POOL_SIZE: '1',
    TRUSTED_PROXIES: '127.0.0.1/32',
  })
  const numbers = Array.from({ length: 20 }, (_, n) => n + 1)
  const bodyOf = (n: number) => ({ email: `person${n}@example.com` })

  await Promise.all(
    numbers.map((n) =>
      post(`${auth.url}/v1/password/forgot`, bodyOf(n), {
        traceparent: traceparentOf(n),
        // The requests of one client would exceed its limit of mails.
        'x-forwarded-for': `192.0.2.${n}`,
      }),
    ),
  )
  await auth.stop()

  const inserts = numbers.map((n) => {
    const spans = receiver.of(traceIdOf(n))
    const request = spans.find((span) => span.parentSpanId === parentId)
    const texts = spans
      .filter((span) => span.parentSpanId === request?.spanId)
      .map((span) => String(span.attributes['db.query.text']))
    return texts.filter((text) => text.includes('insert into "outbox"')).length
  })
  expect(inserts).toEqual(numbers.map(() => 1))
})

test('a receiver that hangs delays no response, and the service still stops in time', async () => {
  const receiver = await receiveTraces({ answers: false })
  const auth = await startTraced({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint })
  expect(await post(`${auth.url}/v1/logout`, {})).toBeLessThan(500)
  // After nine seconds of shutdown it would exit with 1.
  expect(await auth.stop()).toBe(0)
  expect(receiver.bodies).not.toEqual([])
  expect(auth.log.slice(-2)).toMatchObject([{ msg: 'the last spans were not sent' }, { msg: 'stopped' }])
})

test("without tracing, log lines carry the caller's trace id when its traceparent is valid", async () => {
  const auth = await startAuth(backend)
  onTestFinished(() => auth.close())
  const traceIdWith = async (traceparent: string) => {
    const headers = { traceparent, 'x-request-id': randomUUID() }
    await auth.app.inject({ url: '/livez', headers })
    return auth.log.find((line) => line['requestId'] === headers['x-request-id'])?.['traceId']
  }
  expect(await traceIdWith(traceparentOf(7))).toBe(traceIdOf(7))
  expect(await traceIdWith(`${traceparentOf(7)}\n{"level":"error"}`)).toBeUndefined()
})

test('without an endpoint only the API of OpenTelemetry is loaded, which does nothing; with one, the rest too', async () => {
  const receiver = await receiveTraces()
  const without = await loadedFiles({})
  expect(without.some((url) => url.includes('/fastify/'))).toBe(true)
  expect(without.filter(isTracing)).toEqual([])
  const withEndpoint = await loadedFiles({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint })
  expect(withEndpoint.filter(isTracing)).not.toEqual([])
})

/** All of OpenTelemetry except its API, which prom-client loads anyway and which does nothing by itself. */
const isTracing = (url: string) =>
  /\/node_modules\/(@opentelemetry\/(?!api\/)|require-in-the-middle\/|import-in-the-middle\/)/.test(url)

/** The scripts that a run of the service has loaded, from V8's coverage report. */
async function loadedFiles(env: Record<string, string>): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'fondasi-loaded-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const auth = await startTraced({ ...env, NODE_V8_COVERAGE: folder })
  await auth.stop()
  return readdirSync(folder).flatMap((name) => {
    const { result }: { result: { url: string }[] } = JSON.parse(readFileSync(join(folder, name), 'utf8'))
    return result.map(({ url }) => url)
  })
}
