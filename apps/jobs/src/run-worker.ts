import { createLogger } from '@fondasi/logging'
import { createMetrics } from '@fondasi/metrics'
import { checkPostgres, collectPoolMetrics, createDb, createPool } from '@fondasi/postgres'
import { checkRedis, createRedis } from '@fondasi/redis'
import { runUntilSignal, startAdminListener } from '@fondasi/service'
import { startTracing } from '@fondasi/tracing'
import type { Config } from './config.ts'
import { release } from './create-core.ts'
import { createWorker } from './create-worker.ts'
import { registerBoard } from './features/board/board.ts'
import { createQuarantine } from './features/run/quarantine.ts'
import type { AppKinds, KindDeps } from './kinds.ts'

/** An `addBulk` of hundreds of jobs takes longer than a request's command. */
const addTimeoutMs = 5_000
/** Enough to hand back the one job that it runs; the worker that watches it waits for it. */
const quarantineGraceMs = 10_000

/**
 * Runs a worker until a signal: its environment, log, connections and shutdown. create-worker.ts composes the worker.
 *
 * @param options.program the file of this process, to start the quarantine process from
 */
export async function runWorker(options: {
  config: Config
  createKinds: (deps: KindDeps) => AppKinds
  program: URL
  env: NodeJS.ProcessEnv
  isQuarantine: boolean
}): Promise<void> {
  const { config, program, env, isQuarantine } = options
  const name = isQuarantine ? 'jobs-quarantine' : 'jobs-worker'
  const log = createLogger({ name, level: config.LOG_LEVEL })
  const endpoint = config.OTEL_EXPORTER_OTLP_ENDPOINT
  const tracing = await startTracing({ service: name, version: release, endpoint, log })
  const { registry } = createMetrics({ service: name, version: release })
  const pool = createPool({
    url: config.DATABASE_URL,
    max: config.DATABASE_POOL_SIZE,
    applicationName: name,
    log,
  })
  collectPoolMetrics(registry, pool)
  const url = config.REDIS_URL
  const queueRedis = createRedis({
    url,
    profile: 'request',
    connectionName: `${name}-queues`,
    commandTimeoutMs: addTimeoutMs,
    log,
  })
  const workerRedis = createRedis({ url, profile: 'worker', connectionName: name, log })
  const kinds = options.createKinds({ config, db: createDb(pool), registry })
  const worker = createWorker({
    config,
    log,
    registry,
    pool,
    queueRedis,
    workerRedis,
    kinds: kinds.list,
    lane: isQuarantine ? 'quarantine' : 'normal',
    exit: () => process.exit(1),
    ...(isQuarantine && { announce: tellWatcher }),
  })
  const { db, who } = worker.core
  const graceMs = isQuarantine ? quarantineGraceMs : config.SHUTDOWN_GRACE_SECONDS * 1_000
  const lifecycle = { draining: false }

  async function close(): Promise<void> {
    await worker.close(graceMs)
    await kinds.close()
    workerRedis.disconnect()
    queueRedis.disconnect()
    await pool.end()
    await tracing.close()
  }
  const drain = () => {
    lifecycle.draining = true
  }

  if (isQuarantine) {
    // The watcher has died; another one starts a process of its own.
    process.on('disconnect', () => process.exit(1))
    runUntilSignal({ log, graceMs, drain, close, hurry: worker.hurry })
    return
  }
  worker.start()
  const quarantine = createQuarantine({ program, env, db, who, log })
  quarantine.start()
  const admin = await startAdminListener({
    registry,
    log,
    host: config.HOST,
    port: config.WORKER_ADMIN_PORT,
    register: (app) => registerBoard(app, worker.core),
    health: {
      lifecycle,
      checks: {
        postgres: { check: () => checkPostgres(pool), required: true },
        redis: { check: () => checkRedis(queueRedis), required: true },
        consumption: { check: worker.checkConsumption, required: true },
      },
    },
  })
  log.info({ adminPort: admin.port }, 'listening')
  runUntilSignal({
    log,
    graceMs,
    drain,
    async close() {
      await Promise.all([close(), quarantine.stop()])
      await admin.close()
    },
    hurry: worker.hurry,
  })
}

function tellWatcher(running: string, kind: string): Promise<void> {
  return new Promise((resolve) => {
    process.send?.({ running, kind }, () => resolve())
  })
}
