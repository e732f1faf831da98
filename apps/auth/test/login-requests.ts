import { waitFor } from '@fondasi/testing'
import type { AuthBackend, AuthInstance } from './auth-service.ts'
import { testPassword } from './auth-service.ts'

export const wrongPassword = 'not the right password'

/** The nth of many client addresses. */
export const ipOf = (n: number) => `10.1.${n >> 8}.${n & 255}`

/** How many responses have each status. */
export function statuses(responses: { statusCode: number }[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { statusCode } of responses) counts[statusCode] = (counts[statusCode] ?? 0) + 1
  return counts
}

/**
 * How many wrong passwords may be tested for one account in this time, however slow the machine is: ten before the first
 * lock, and one after each lock of 1 s, 2 s, 4 s, …
 */
export const mostGuesses = (elapsedMs: number) => 10 + Math.floor(Math.log2(elapsedMs / 1000 + 1))

/** Requests of login tests, and what they observe. */
export function loginRequests(backend: AuthBackend, auth: AuthInstance) {
  function login(
    email: string,
    password: string,
    from: { ip?: string; cookie?: string; transport?: string; instance?: AuthInstance } = {},
  ) {
    return (from.instance ?? auth).app.inject({
      method: 'POST',
      url: '/v1/login',
      remoteAddress: from.ip ?? '192.0.2.1',
      headers: from.cookie === undefined ? {} : { cookie: from.cookie },
      payload: { email, password, ...(from.transport && { transport: from.transport }) },
    })
  }

  return {
    login,

    /** The device cookie that a login sets. */
    async deviceCookieOf(email: string): Promise<string> {
      const response = await login(email, testPassword)
      const cookie = response.cookies.find(({ name }) => name === 'dc')
      return `dc=${cookie?.value}`
    },

    /** Hashes made or verified so far; all instances of a test file share one hasher. */
    async hashCount(): Promise<number> {
      const text = await auth.deps.metrics.registry.getSingleMetricAsString('auth_hash_wait_seconds')
      return Number(/_count\S* (\d+)/.exec(text)?.[1])
    },

    /** Security events as JSON, once the outbox has delivered them. */
    async events(): Promise<string[]> {
      const { pool } = auth.deps
      await waitFor(
        async () => (await pool.query("select from outbox where topic = 'audit.event'")).rowCount === 0,
        { what: 'the events to be delivered', timeoutMs: 60_000 },
      )
      const { rows } = await pool.query<{ text: string }>('select event::text as text from security_events')
      return rows.map((row) => row.text)
    },

    async eventCount(action: string): Promise<number> {
      return (await this.events()).filter((text) => text.includes(`"auth.${action}"`)).length
    },

    /** Makes every lock as long as the longest, so that it outlives a slow test. */
    async prolongLocks(): Promise<void> {
      for (const bucket of [...(await this.bucketsOf('account')), ...(await this.bucketsOf('device'))])
        await auth.deps.redis.hset(bucket, 'until', Date.now() + 15 * 60_000)
    },

    /** Throttle buckets of a kind in Redis. */
    async bucketsOf(kind: string): Promise<string[]> {
      const { keyPrefix } = backend.redis
      const keys = await auth.deps.redis.keys(`${keyPrefix}{login}:${kind}:*`)
      return keys.map((key) => key.slice(keyPrefix.length))
    },
  }
}
