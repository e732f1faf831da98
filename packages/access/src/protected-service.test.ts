import { createMetrics } from '@fondasi/metrics'
import { createPool } from '@fondasi/postgres'
import { connected, createRedis } from '@fondasi/redis'
import { createClock, createTestLog, createTestRedis, testEventLoopDelayMs } from '@fondasi/testing'
import { expect, inject, onTestFinished, test } from 'vitest'
import { issuer, kid, publicKey, token } from '../test/demo-access.ts'
import { keySet, publicJwk, startKeySetServer } from '../test/key-set-server.ts'
import { createProtectedService, createRevocationList, remoteKeys } from './index.ts'

/** Past every cooldown of the key source, and within the lifetime of `token()`. */
const cooldownMs = 60_000

const about = { name: 'demo', version: '1.0.0', title: 'Demo', description: 'For tests' }

async function start(response: Parameters<typeof startKeySetServer>[0]) {
  const server = await startKeySetServer(response)
  const { log } = createTestLog('demo')
  const clock = createClock()
  const testRedis = await createTestRedis()
  const redis = createRedis({ ...testRedis, profile: 'request', connectionName: 'test', log })
  await connected(redis, 5_000)
  const pool = createPool({ url: inject('testRun').postgresAdminUrl, applicationName: 'test', log })
  const { app, access } = await createProtectedService(
    about,
    {},
    {
      config: {
        PUBLIC_URL: 'http://localhost',
        AUTH_ISSUER: issuer,
        AUTH_AUDIENCE: 'fondasi',
        ALLOWED_ORIGINS: [],
        TRUSTED_PROXIES: [],
        RATE_LIMIT_PER_MINUTE: 1_000,
        MAX_EVENT_LOOP_DELAY_MS: testEventLoopDelayMs,
      },
      log,
      metrics: createMetrics({ service: 'demo', version: '1.0.0' }),
      pool,
      redis,
      clock,
      keys: remoteKeys({ url: server.url, clock, log }),
      revocationList: createRevocationList(clock),
      checkRevocations: async () => {},
    },
  )
  app.get('/me', { onRequest: access.authenticate }, (request) => ({ id: request.principal.id }))
  onTestFinished(async () => {
    await app.close()
    await pool.end()
    redis.disconnect()
    await testRedis.close()
    await server.close()
  })
  const authorization = `Bearer ${token()}`
  return {
    server,
    clock,
    me: () => app.inject({ url: '/me', headers: { authorization } }),
    readiness: async () => {
      const response = await app.inject('/readyz')
      return { code: response.statusCode, ...response.json<{ status: string; checks: object }>() }
    },
  }
}

test('without a key set: 503 for requests with a token and not ready; both recover without a restart', async () => {
  const { server, clock, me, readiness } = await start({ status: 500, body: '' })
  const response = await me()
  expect(response.statusCode).toBe(503)
  expect(response.json()).toMatchObject({ code: 'dependency_unavailable' })
  expect(response.headers['retry-after']).toBeDefined()
  expect(await readiness()).toMatchObject({ code: 503, status: 'unavailable', checks: { keys: 'failed' } })

  server.response = keySet(publicJwk(kid, publicKey))
  clock.advance(cooldownMs)
  expect(await readiness()).toMatchObject({ code: 200, status: 'ok', checks: { keys: 'ok' } })
  expect((await me()).statusCode).toBe(200)
})

test('with a key set that can no longer be fetched: tokens are accepted, and readiness is degraded', async () => {
  const { server, clock, me, readiness } = await start(keySet(publicJwk(kid, publicKey)))
  expect((await me()).statusCode).toBe(200)
  server.response = { status: 500, body: '' }
  clock.advance(cooldownMs)
  expect((await me()).statusCode).toBe(200)
  expect(await readiness()).toMatchObject({
    code: 200,
    status: 'degraded',
    checks: { keys: 'ok', keyRefresh: 'failed' },
  })
})
