import { fileURLToPath } from 'node:url'
import { createMigratedDatabase, startOwnPostgres, startOwnRedis, waitFor } from '@fondasi/testing'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { job, jobState } from '../src/db/schema.ts'
import { defineJob, type RunContext } from '../src/features/kinds/define-job.ts'
import { Done, type Outcome, RateLimited } from '../src/features/kinds/outcome.ts'
import { createJobsBackend, startWorker } from './jobs-service.ts'
import { tenant } from './use-core.ts'

const note = defineJob({
  name: 'note.take',
  queue: 'notes',
  payload: z.unknown(),
  attempts: 1,
  handler: async () => Done(),
})
/** Does what the test says, once for each job. Every later run succeeds. */
let act: (context: RunContext) => Promise<Outcome> = async () => Done()
const acted = new Set<string>()
const errand = defineJob({
  ...note,
  name: 'errand.run',
  queue: 'errands',
  deadlineMs: 600_000,
  async handler(context) {
    if (acted.has(context.id)) return Done()
    acted.add(context.id)
    return act(context)
  },
})
const kinds = [note, errand]

const backend = await createJobsBackend()
const [redis, postgres] = await Promise.all([startOwnRedis(), startOwnPostgres()])
const { runtimeUrl } = await createMigratedDatabase({
  adminUrl: postgres.url,
  name: 'jobs',
  migrationsFolder: fileURLToPath(new URL('../migrations', import.meta.url)),
})
afterAll(() => Promise.all([redis.stop(), postgres.stop(), backend.close()]))

const timeoutMs = 300_000

/** A worker on servers that the test may kill. */
async function startVictim() {
  await backend.database.truncate()
  acted.clear()
  const worker = await startWorker(
    {
      ...backend,
      database: { ...backend.database, url: runtimeUrl },
      redis: { ...backend.redis, url: redis.url },
    },
    kinds,
  )
  onTestFinished(() => worker.close())
  worker.start()
  const { db, enqueuer } = worker.core
  await db.delete(job)
  const rows = () => db.select().from(job)
  return {
    worker,
    rows,
    enqueue: (count: number, kind = note) =>
      Promise.all(Array.from({ length: count }, () => enqueuer.enqueue(kind, {}, { tenant }))),
    allDone: () =>
      waitFor(async () => (await rows()).every(({ state }) => state === jobState.done), {
        what: 'all jobs to be done',
        timeoutMs,
      }),
    started: (count: number) => waitFor(() => acted.size === count, { what: `${count} runs`, timeoutMs }),
  }
}

test('jobs are accepted while Redis is away, and run when it is back, without its data', async () => {
  const { enqueue, rows, allDone } = await startVictim()
  await enqueue(20)
  await allDone()
  for (let round = 0; round < 3; round += 1) {
    const before = enqueue(50)
    await redis.kill()
    await enqueue(50)
    await before
    await redis.restart()
    await allDone()
  }
  expect((await rows()).filter(({ attempts }) => attempts > 0)).toEqual([])
  expect(await rows()).toHaveLength(20 + 3 * 100)
})

/** Kills Redis while jobs run. @param next what their runs do after `go` */
async function runsWithoutRedis(next: (context: RunContext) => Promise<Outcome>) {
  const victim = await startVictim()
  const { enqueue, rows, allDone, started } = victim
  const lost = Promise.withResolvers<void>()
  act = async (context) => {
    await lost.promise
    return next(context)
  }
  await enqueue(5, errand)
  await started(5)
  await redis.kill()
  return {
    rows,
    go: lost.resolve,
    /** Waits until all jobs are done, and counts the harm. */
    async harm() {
      await allDone()
      return {
        attempts: (await rows()).reduce((sum, { attempts }) => sum + attempts, 0),
        setAside: (await victim.worker.pool.query('select from set_aside')).rowCount,
      }
    },
  }
}

test('a run that holds its queue while Redis is away uses no attempt and is not set aside', async () => {
  const { rows, go, harm } = await runsWithoutRedis(async () => RateLimited(1))
  go()
  const what = 'the runs to be recorded'
  await waitFor(async () => (await rows()).every(({ fence }) => fence > 0), { what, timeoutMs })
  await redis.restart()
  expect(await harm()).toEqual({ attempts: 0, setAside: 0 })
})

test('a run that reports progress after Redis has lost its job uses no attempt', async () => {
  const { go, harm } = await runsWithoutRedis(async ({ progress }) => {
    await progress(50)
    return Done()
  })
  await redis.restart()
  go()
  expect(await harm()).toEqual({ attempts: 0, setAside: 0 })
})

test('jobs that run while PostgreSQL is restarted use no attempt, and all end done', async () => {
  const { enqueue, rows, allDone, started } = await startVictim()
  for (let round = 0; round < 3; round += 1) {
    acted.clear()
    const gone = Promise.withResolvers<void>()
    const back = Promise.withResolvers<void>()
    /** What a run needs PostgreSQL for: an effect, a cursor, and the result. Each fails when it is away. */
    const needs: ((context: RunContext) => Promise<unknown>)[] = [
      ({ effect }) => effect('send', async () => ({})),
      ({ cursor }) => cursor.save(1),
      async () => {},
    ]
    let runs = 0
    act = async (context) => {
      const need = needs[runs++ % needs.length]
      await gone.promise
      try {
        await need?.(context)
        return Done()
      } finally {
        // Half of the runs end while it is away, and half when it can record what has happened.
        if (runs % 2 === 0) await back.promise
      }
    }
    await enqueue(9, errand)
    await started(9)
    await postgres.kill()
    gone.resolve()
    await postgres.restart()
    back.resolve()
    await enqueue(20)
    await allDone()
  }
  expect((await rows()).filter(({ attempts }) => attempts > 0)).toEqual([])
  expect(await rows()).toHaveLength(3 * 29)
})
