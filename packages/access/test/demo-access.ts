import { generateKeyPairSync, sign as signRaw } from 'node:crypto'
import { createLogger } from '@fondasi/logging'
import { createMetrics } from '@fondasi/metrics'
import { connected, createRedis } from '@fondasi/redis'
import { createService } from '@fondasi/service'
import { createTestRedis, testEventLoopDelayMs } from '@fondasi/testing'
import { v7 as uuidv7 } from 'uuid'
import { afterAll } from 'vitest'
import { createRevocationList, localKeys, registerAccess, staticPolicy } from '../src/index.ts'
import { publicJwk } from './key-set-server.ts'

export const issuer = 'https://auth.example'
export const kid = 'key-1'
export const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
export const encode = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

export const nowSeconds = Math.floor(Date.now() / 1000)
export const claims = {
  iss: issuer,
  aud: 'fondasi',
  sub: '01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70',
  client_id: 'web',
  iat: nowSeconds,
  exp: nowSeconds + 600,
  jti: uuidv7(),
  tenant: 'main',
  roles: ['editor'],
  scope: '',
  sid: uuidv7(),
}
export const header = { alg: 'ES256', typ: 'at+jwt', kid }

/** A token with any header and payload, and a valid signature over them. */
export function token(
  changes: { header?: object; claims?: object; payload?: unknown; key?: typeof privateKey } = {},
): string {
  const body = `${encode({ ...header, ...changes.header })}.${encode(changes.payload ?? { ...claims, ...changes.claims })}`
  const signature = signRaw('sha256', Buffer.from(body), {
    key: changes.key ?? privateKey,
    dsaEncoding: 'ieee-p1363',
  })
  return `${body}.${signature.toString('base64url')}`
}

/** A service with a route per kind of access. It accepts the tokens that `token` makes. */
export async function useDemoAccess() {
  const revocations = createRevocationList(() => new Date())
  const testRedis = await createTestRedis()
  const log = createLogger({ name: 'test', level: 'silent' })
  const redis = createRedis({ ...testRedis, profile: 'request', connectionName: 'test', log })
  await connected(redis, 5_000)
  const { app } = await createService({
    name: 'demo',
    version: '1.0.0',
    title: 'Demo',
    description: 'For tests',
    publicUrl: 'http://localhost',
    log,
    metrics: createMetrics({ service: 'demo', version: '1.0.0' }),
    redis,
    trustedProxies: [],
    allowedOrigins: [],
    rateLimit: { max: 100_000, windowMs: 60_000 },
    maxEventLoopDelayMs: testEventLoopDelayMs,
    checks: {},
    isUnavailable: () => false,
  })
  const published = localKeys(JSON.stringify(publicJwk(kid, publicKey)))
  /** Ids of keys that the key source no longer trusts. */
  const removed = new Set<string>()
  const access = await registerAccess(app, {
    issuer,
    audience: 'fondasi',
    keys: { publicKey: (id) => (removed.has(id) ? undefined : published.publicKey(id)) },
    revocations,
    policy: staticPolicy({ editor: ['products:*'], admin: ['*:*'] }),
    clock: () => new Date(),
  })
  app.get('/me', { onRequest: access.authenticate }, (request) => ({ id: request.principal.id }))
  app.get('/products', { onRequest: access.requirePermission('products:write') }, () => 'ok')
  app.get('/users', { onRequest: access.requirePermission('users:admin') }, () => 'ok')
  app.get('/service', { onRequest: access.requireService }, () => 'ok')
  app.get('/user', { onRequest: access.requireUser }, () => 'ok')
  app.get('/inspect', async (request) => ({
    active: (await access.inspect(String(request.headers['x-token']))) !== undefined,
  }))
  await app.ready()
  afterAll(async () => {
    await app.close()
    redis.disconnect()
    await testRedis.close()
  })
  return {
    app,
    revocations,
    removed,
    get: (url: string, authorization?: string) =>
      app.inject({ url, headers: authorization === undefined ? {} : { authorization } }),
  }
}
