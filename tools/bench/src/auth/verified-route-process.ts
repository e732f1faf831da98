import { createRevocationList, registerAccess, staticPolicy } from '@fondasi/access'
import { createLogger } from '@fondasi/logging'
import { createMetrics } from '@fondasi/metrics'
import { createRedis } from '@fondasi/redis'
import { createService, runUntilSignal } from '@fondasi/service'

// The smallest service of the kit: one handler on two routes, one of which requires an access token.
const { PORT, REDIS_URL = '', PUBLIC_KEY } = process.env
const clock = () => new Date()
const log = createLogger({ name: 'verified-route', level: 'info' })
const redis = createRedis({
  url: REDIS_URL,
  profile: 'request',
  connectionName: 'verified-route',
  keyPrefix: 'verified-route:',
  log,
})
const { app, lifecycle } = await createService({
  name: 'verified-route',
  version: '0.1.0',
  title: 'Verified route',
  description: 'For the bench',
  publicUrl: 'http://localhost',
  log,
  metrics: createMetrics({ service: 'verified-route', version: '0.1.0' }),
  redis,
  trustedProxies: ['127.0.0.1/32'],
  allowedOrigins: [],
  rateLimit: { max: 1_000_000, windowMs: 60_000 },
  maxEventLoopDelayMs: 60_000,
  checks: {},
  isUnavailable: () => false,
})
const access = await registerAccess(app, {
  issuer: 'https://auth.example',
  audience: 'fondasi',
  keys: { publicKey: (kid) => (kid === 'bench' ? PUBLIC_KEY : undefined) },
  revocations: createRevocationList(clock),
  policy: staticPolicy({}),
  clock,
})
const handler = async () => ({ message: 'ok' })
app.get('/open', handler)
app.get('/verified', { onRequest: access.authenticate }, handler)
await app.listen({ host: '127.0.0.1', port: Number(PORT) })

runUntilSignal({
  log,
  drain: () => {
    lifecycle.draining = true
  },
  async close() {
    await app.close()
    redis.disconnect()
  },
})
