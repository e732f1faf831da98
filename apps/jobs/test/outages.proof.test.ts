import { startOwnRedis, waitFor } from '@fondasi/testing'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { jobState } from '../src/db/schema.ts'
import { defineJob } from '../src/features/kinds/define-job.ts'
import { Done } from '../src/features/kinds/outcome.ts'
import { startWorker } from './jobs-service.ts'
import { tenant, useCore } from './use-core.ts'

const note = defineJob({
  name: 'note.take',
  queue: 'notes',
  payload: z.unknown(),
  attempts: 1,
  handler: async () => Done(),
})
const { backend, rows } = await useCore([note])
const redis = await startOwnRedis()
afterAll(() => redis.stop())

const timeoutMs = 300_000
const allDone = () =>
  waitFor(async () => (await rows()).every(({ state }) => state === jobState.done), {
    what: 'all jobs to be done',
    timeoutMs,
  })

test('jobs are accepted while Redis is away, and run when it is back, without its data', async () => {
  const worker = await startWorker({ ...backend, redis: { ...backend.redis, url: redis.url } }, [note])
  onTestFinished(() => worker.close())
  worker.start()
  const enqueue = (count: number) =>
    Promise.all(Array.from({ length: count }, () => worker.core.enqueuer.enqueue(note, {}, { tenant })))
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
