import { createMetrics } from '@fondasi/metrics'
import { waitFor } from '@fondasi/testing'
import { hash as argon2Hash } from '@node-rs/argon2'
import { eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { testPassword } from '../../../test/auth-service.ts'
import { loginRequests, statuses, wrongPassword } from '../../../test/login-requests.ts'
import { useTwoAuths } from '../../../test/use-auth.ts'
import { buildApp } from '../../app.ts'
import { sessions, users } from '../../db/schema.ts'
import { createPasswordHasher } from '../credentials/password-hasher.ts'

const { backend, auth, other } = await useTwoAuths()
const asks = loginRequests(backend, auth)

describe('signing in', () => {
  test('gives tokens and a device cookie, and writes the event', async () => {
    const { id, email } = await auth.createUser()
    const response = await asks.login(email, testPassword)
    expect(response.statusCode).toBe(200)
    expect(response.json()).toMatchObject({ tokenType: 'Bearer', user: { id, email } })
    expect(response.headers['cache-control']).toBe('no-store')
    expect(response.cookies).toEqual([
      expect.objectContaining({
        name: 'dc',
        httpOnly: true,
        sameSite: 'Strict',
        path: '/',
        maxAge: 31_536_000,
      }),
    ])
    expect(await asks.eventCount('authn_login_success')).toBe(1)
  })

  test('the address may be spelled in another way, the password typed with other code points', async () => {
    const { email } = await auth.createUser({ email: 'siti@example.com' })
    await auth.deps.db
      .update(users)
      .set({ passwordHash: await auth.deps.hasher.hash('caf\u00e9 di tepi sawah') })
    expect((await asks.login(' SITI@Example.COM', 'cafe\u0301 di tepi sawah')).statusCode).toBe(200)
    expect((await asks.login(email, 'caf\u00e9 di tepi sawah ')).statusCode).toBe(401)
  })

  test('a wrong password and an unknown address get the same answer for the same work', async () => {
    const { email } = await auth.createUser()
    const before = await asks.hashCount()
    const wrong = await asks.login(email, wrongPassword)
    const known = (await asks.hashCount()) - before
    const unknown = await asks.login('nobody@example.com', wrongPassword)
    expect(await asks.hashCount()).toBe(before + 2 * known)
    expect(known).toBe(1)
    for (const response of [wrong, unknown]) {
      expect(response.statusCode).toBe(401)
      expect(response.headers['www-authenticate']).toBe('Bearer realm="fondasi"')
      expect(response.cookies).toEqual([])
    }
    expect({ ...unknown.json(), requestId: '' }).toEqual({ ...wrong.json(), requestId: '' })
    expect(await asks.eventCount('authn_login_fail')).toBe(2)
    expect((await asks.events()).join()).not.toContain(email)
  })

  test.each([
    {},
    { email: 'siti@example.com' },
    { email: 'not an address', password: testPassword },
    { email: 'siti@example.com', password: '' },
    { email: 'siti@example.com', password: 'x'.repeat(513) },
    { email: 'siti@example.com', password: '\ud800 lone surrogate' },
    { email: 'siti@example.com', password: testPassword, transport: 'header' },
    { email: 'siti@example.com', password: testPassword, admin: true },
    { email: ['siti@example.com'], password: testPassword },
  ])('a body that does not fit is refused before any work: %j', async (payload) => {
    const before = await asks.hashCount()
    const response = await auth.app.inject({ method: 'POST', url: '/v1/login', payload })
    expect(response.statusCode).toBe(400)
    expect(response.json()).toMatchObject({ code: 'validation_failed' })
    expect(await asks.hashCount()).toBe(before)
  })

  test('that an account is disabled is told only to who knows the password', async () => {
    const { id, email } = await auth.createUser()
    await auth.deps.db.update(users).set({ disabledAt: backend.clock() }).where(eq(users.id, id))
    expect((await asks.login(email, wrongPassword)).json()).toMatchObject({ code: 'invalid_credentials' })
    const right = await asks.login(email, testPassword)
    expect(right.statusCode).toBe(403)
    expect(right.json()).toMatchObject({ code: 'account_disabled' })
    expect(await auth.deps.db.select().from(sessions)).toEqual([])
    expect(await asks.eventCount('authn_login_success')).toBe(0)
  })

  test('logins at once with a weaker hash all succeed, and one stronger hash takes its place', async () => {
    const { id, email } = await auth.createUser()
    const weak = await argon2Hash(testPassword, { memoryCost: 8_192, timeCost: 1, parallelism: 1 })
    await auth.deps.db.update(users).set({ passwordHash: weak }).where(eq(users.id, id))
    const responses = await Promise.all(Array.from({ length: 8 }, () => asks.login(email, testPassword)))
    expect(statuses(responses)).toEqual({ 200: 8 })
    const [user] = await auth.deps.db.select().from(users)
    expect(user?.passwordHash).toContain('m=19456,t=2,')
    expect((await asks.login(email, testPassword)).statusCode).toBe(200)
  })
})

describe('capacity', () => {
  test('beyond the queue a login is refused with 503 and is nobody’s failed attempt', async () => {
    const { email } = await auth.createUser()
    const metrics = createMetrics({ service: 'auth', version: 'test' })
    const { registry } = metrics
    // So slow that the queue stays full while the logins are tried, on any machine.
    const hasher = await createPasswordHasher({ memoryKib: 262_144, passes: 6, concurrency: 1, registry })
    const { app } = await buildApp({ ...auth.deps, metrics, hasher })
    const full = () => {
      try {
        hasher.assertCapacity()
        return false
      } catch {
        return true
      }
    }
    const work: Promise<unknown>[] = []
    while (!full()) work.push(hasher.hash('work'))

    const payload = { email, password: testPassword }
    const refused = await Promise.all(
      Array.from({ length: 12 }, () => app.inject({ method: 'POST', url: '/v1/login', payload })),
    )
    expect(statuses(refused)).toEqual({ 503: 12 })
    expect(refused[0]?.json()).toMatchObject({ code: 'temporary_capacity' })
    expect(refused[0]?.headers['retry-after']).toBe('2')
    expect(await asks.bucketsOf('account')).toEqual([])
    await Promise.all(work)
    await app.close()
  })

  test('a client that goes away loses its place: nothing is hashed for it, nothing counted', async () => {
    const { email } = await auth.createUser()
    const url = await other.app.listen({ host: '127.0.0.1', port: 0 })
    const before = await asks.hashCount()
    const work = Array.from({ length: 12 }, () => auth.deps.hasher.hash('work'))
    const client = new AbortController()
    const depth = async () => {
      const text = await auth.deps.metrics.registry.getSingleMetricAsString('auth_hash_queue_depth')
      return Number(/ (\d+)$/m.exec(text)?.[1])
    }
    const waitingBefore = await depth()
    const request = fetch(`${url}/v1/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password: wrongPassword }),
      signal: client.signal,
    }).catch((error: unknown) => error)
    await waitFor(async () => (await asks.bucketsOf('account')).length === 1, {
      what: 'the attempt to be counted',
    })
    client.abort()
    await request
    await waitFor(() => other.log.some((line) => line['code'] === 'client_gone'), {
      what: 'the place to be dropped',
    })
    await Promise.all(work)
    expect(waitingBefore).toBeGreaterThan(0)
    expect((await asks.hashCount()) - before).toBe(12)
    await waitFor(async () => (await asks.bucketsOf('account')).length === 0, {
      what: 'the attempt to be given back',
    })
    expect(await asks.eventCount('authn_login_fail')).toBe(0)
  })
})
