import { checkPostgres } from '@fondasi/postgres'
import { checkRedis, createRedis } from '@fondasi/redis'
import { runUntilSignal, startAdminListener } from '@fondasi/service'
import type { Config } from './config.ts'
import { createWorker } from './create-worker.ts'
import { registerBoard } from './features/board/board.ts'
import { createQuarantine } from './features/run/quarantine.ts'
import type { AppKinds, KindDeps } from './kinds.ts'
import { startProcess } from './start-process.ts'

/** Enough to hand back the one job that it runs; the worker that watches it waits for it. */
const quarantineGraceMs = 10_000

/**
 * Runs a worker until a signal: its connections and shutdown. create-worker.ts composes the worker.
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
  const { parts, close: closeProcess } = await startProcess(name, config, options.createKinds)
  const { log, registry, pool, queueRedis } = parts
  const workerRedis = createRedis({ url: config.REDIS_URL, profile: 'worker', connectionName: name, log })
  const worker = createWorker({
    ...parts,
    workerRedis,
    lane: isQuarantine ? 'quarantine' : 'normal',
    exit: () => process.exit(1),
    ...(isQuarantine && { announce: tellWatcher }),
  })
  const { db, who } = worker.core
  const graceMs = isQuarantine ? quarantineGraceMs : config.SHUTDOWN_GRACE_SECONDS * 1_000
  const lifecycle = { draining: false }

  async function close(): Promise<void> {
    await worker.close(graceMs)
    workerRedis.disconnect()
    await closeProcess()
  }
  const drain = () => {
    lifecycle.draining = true
  }

  if (isQuarantine) {
    // The worker that watches this process has died. Its successor starts another quarantine process.
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
