import { waitFor } from '@fondasi/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type AuthProcess,
  hangMs,
  type ProcessBackend,
  startAuthProcess,
  startProcessBackend,
} from './auth-process.ts'
import { type SmtpSink, startSmtpSink, tokenIn } from './smtp-sink.ts'

// Two processes of the real program on the same servers behave like one.

const password = 'correct horse battery staple'

let backend: ProcessBackend
let sink: SmtpSink
let replicas: [AuthProcess, AuthProcess]
beforeAll(async () => {
  ;[backend, sink] = await Promise.all([startProcessBackend(), startSmtpSink()])
  const env = { SMTP_URL: sink.url, RATE_LIMIT_PER_MINUTE: '40' }
  // Started together on an empty database, they must agree on one signing key.
  replicas = await Promise.all([startAuthProcess(backend, env), startAuthProcess(backend, env)])
})
afterAll(async () => {
  await Promise.all(replicas?.map((replica) => replica.kill()) ?? [])
  await sink?.close()
  await backend?.close()
})

const login = (replica: AuthProcess, email: string, guess: string, from: string) =>
  replica.request('/v1/login', { body: { email, password: guess }, from })

async function signIn(email: string, from: string) {
  const [one] = replicas
  await one.request('/v1/register', { body: { email, password, name: 'Siti' }, from })
  const mail = await waitFor(() => sink.received.find((each) => each.includes(`To: ${email}`)), {
    what: 'the mail',
    timeoutMs: hangMs,
  })
  await one.request('/v1/verify-email', { body: { token: tokenIn(mail), password }, from })
  return (await login(one, email, password, from)).body
}

test('the general limit counts both as one', async () => {
  const statuses = []
  for (let index = 0; index < 42; index += 1)
    statuses.push((await replicas[index % 2]?.request('/v1/me', { from: '203.0.113.1' }))?.status)
  expect(statuses).toEqual([...Array(40).fill(401), 429, 429])
})

test('the login throttle counts both as one: of 20 parallel guesses exactly 10 are tested', async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      login(
        replicas[index % 2] ?? replicas[0],
        'victim@example.com',
        `wrong guess ${index}`,
        `198.51.100.${index}`,
      ),
    ),
  )
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(10)
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(10)
})

test('a token of one is valid at the other, and both publish the same keys', async () => {
  const { accessToken } = await signIn('keys@example.com', '203.0.113.2')
  for (const replica of replicas)
    expect((await replica.request('/v1/me', { token: accessToken, from: '203.0.113.2' })).status).toBe(200)
  const keys = await Promise.all(replicas.map((replica) => replica.request('/.well-known/jwks.json')))
  expect(keys[0]?.body).toEqual(keys[1]?.body)
})

test('a session that one ends is refused by the other', async () => {
  const from = '203.0.113.3'
  const { accessToken, refreshToken } = await signIn('sessions@example.com', from)
  const [one, other] = replicas
  expect((await other.request('/v1/me', { token: accessToken, from })).status).toBe(200)
  await one.request('/v1/logout', { body: { refreshToken }, from })
  // The limit of this file is 40 requests a minute for each address, so every attempt comes from another one.
  let attempt = 0
  const isRefused = async () => {
    attempt += 1
    const address = `198.51.${100 + (attempt >> 8)}.${attempt & 255}`
    return (await other.request('/v1/me', { token: accessToken, from: address })).status === 401
  }
  await waitFor(isRefused, { what: 'the other process to refuse', timeoutMs: hangMs })
  expect((await other.request('/v1/refresh', { body: { refreshToken }, from })).status).toBe(401)
})
