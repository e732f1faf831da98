import { configOrExit } from '@fondasi/config'
import { createRedis } from '@fondasi/redis'
import { runUntilSignal, startAdminListener } from '@fondasi/service'
import { readConfig } from './config.ts'
import { createJobs } from './create-jobs.ts'
import { createKinds } from './kinds.ts'
import { startProcess } from './start-process.ts'

// The API process: its environment, connections and shutdown. create-jobs.ts composes the service from them, and worker.ts is
// the process that runs the jobs.
const config = configOrExit(() => readConfig(process.env))
const { parts, metrics, close } = await startProcess('jobs', config, createKinds)
const { log, registry } = parts
const redis = createRedis({
  url: config.REDIS_URL,
  profile: 'request',
  connectionName: 'jobs',
  keyPrefix: config.REDIS_PREFIX,
  log,
})
const jobs = await createJobs({ ...parts, metrics, redis, clock: () => new Date() })
jobs.background.start()
const admin = await startAdminListener({ registry, log, host: config.HOST, port: config.ADMIN_PORT })
const address = await jobs.app.listen({ host: config.HOST, port: config.PORT })
log.info({ address, adminPort: admin.port }, 'listening')

runUntilSignal({
  log,
  drain: jobs.drain,
  async close() {
    await jobs.close()
    await admin.close()
    redis.disconnect()
    await close()
  },
})
