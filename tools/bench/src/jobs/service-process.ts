import { openSync, writeSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { readConfig } from '@fondasi/jobs/src/config.ts'
import { createWorker } from '@fondasi/jobs/src/create-worker.ts'
import { defineJob } from '@fondasi/jobs/src/features/kinds/define-job.ts'
import { createLogger } from '@fondasi/logging'
import { createMetrics } from '@fondasi/metrics'
import { createPool } from '@fondasi/postgres'
import { createRedis } from '@fondasi/redis'
import { z } from 'zod'
import { createTask, rateOf, serveQueue } from './queue-process.ts'

// The worker of jobs as worker.ts makes it, with a kind that does nothing: with validation, a deadline, metrics, and a log
// line for each job, which goes to /dev/null.

const config = readConfig(process.env)
const devNull = openSync('/dev/null', 'w')
const log = createLogger({
  name: 'bench',
  level: 'info',
  destination: { write: (line) => void writeSync(devNull, line) },
})
const { registry } = createMetrics({ service: 'bench', version: 'bench' })
const pool = createPool({
  url: config.DATABASE_URL,
  max: config.DATABASE_POOL_SIZE,
  applicationName: 'bench',
  log,
})
const url = config.REDIS_URL
const queueRedis = createRedis({
  url,
  profile: 'request',
  connectionName: 'bench-queues',
  commandTimeoutMs: 5_000,
  log,
})
const workerRedis = createRedis({ url, profile: 'worker', connectionName: 'bench', log })
const task = createTask()
const kind = defineJob({
  name: 'task',
  queue: 'task',
  payload: z.strictObject({ jobMs: z.int() }),
  handler: ({ payload }) => task.run(payload.jobMs),
})
const { core, start } = createWorker({
  config,
  log,
  registry,
  pool,
  queueRedis,
  workerRedis,
  kinds: [kind],
  lane: 'normal',
  exit: () => process.exit(1),
})
start()
const { enqueuer, db, queues } = core
const entries = queues.of('task', 'normal')
const tenant = 'main'
const perInsert = 1_000
const pollMs = 5

/** Accepts jobs in batches of a thousand, as the route for batches does. */
async function enqueueAll(count: number, jobMs: number): Promise<void> {
  for (let left = count; left > 0; left -= perInsert) {
    const requests = Array.from({ length: Math.min(left, perInsert) }, () => ({
      tenant,
      kind,
      payload: { jobMs },
    }))
    enqueuer.committed(await enqueuer.insert(db, requests))
  }
}

/** Resolves when no job of the ledger is in a state below this one. */
async function untilAllAre(state: number): Promise<void> {
  for (;;) {
    const { rows } = await pool.query('select from job where state < $1 limit 1', [state])
    if (rows.length === 0) return
    await delay(pollMs)
  }
}

serveQueue({
  async drain({ count, jobMs }) {
    await entries?.pause()
    await enqueueAll(count, jobMs)
    await untilAllAre(2)
    const { started, ended } = task.expect(count)
    await entries?.resume()
    await ended
    const rate = rateOf(count, await started)
    await untilAllAre(10)
    return rate
  },
  async batch({ count }) {
    const { ended } = task.expect(count)
    const startedAt = performance.now()
    await enqueueAll(count, 0)
    await ended
    const rate = rateOf(count, startedAt)
    await untilAllAre(10)
    return rate
  },
  async single() {
    const { started, ended } = task.expect(1)
    const startedAt = performance.now()
    await enqueuer.enqueue(kind, { jobMs: 0 }, { tenant })
    const acceptedMs = performance.now() - startedAt
    const startedMs = (await started) - startedAt
    await ended
    return { acceptedMs, startedMs }
  },
})
