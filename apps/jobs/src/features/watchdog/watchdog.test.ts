import { createTestLog } from '@fondasi/testing'
import { beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { tenant, useCore } from '../../../test/use-core.ts'
import { jobState } from '../../db/schema.ts'
import { defineJob } from '../kinds/define-job.ts'
import { createWatchdog } from './watchdog.ts'

const note = defineJob({ name: 'note.take', queue: 'notes', payload: z.unknown(), handler: async () => {} })
// No worker runs here, so nothing is fetched.
const { backend, core, rows } = await useCore([note])
const { queues, jobsMetrics, dispatcher } = core
beforeEach(() => backend.redis.flush())

let replaced: string[] = []
let exits = 0
const watch = () => {
  replaced = []
  exits = 0
  return createWatchdog({
    workers: {
      queues: ['notes'],
      lane: 'normal',
      activity: () => ({ started: 0, hasFreeSlot: true }),
      replace: (queue) => replaced.push(queue),
    },
    queues,
    exit: () => {
      exits += 1
    },
    log: createTestLog('jobs').log,
    jobsMetrics,
  })
}
const waitingJob = async () => {
  await core.enqueuer.enqueue(note, {}, { tenant, delayMs: 5_100 })
  await core.db.execute('update job set run_at = now()')
  await dispatcher.sweep()
  expect((await rows())[0]?.state).toBe(jobState.queued)
}
const gauge = async () => (await jobsMetrics.consumptionStalled.get()).values.map(({ value }) => value)

test('a worker that fetches nothing turns unready, raises the metric and is replaced; then the process ends', async () => {
  await waitingJob()
  const watchdog = watch()
  await watchdog.look(0)
  await expect(watchdog.check()).resolves.toBeUndefined()
  await watchdog.look(15_000)
  await expect(watchdog.check()).rejects.toThrow('notes')
  expect([replaced, exits, await gauge()]).toEqual([['notes'], 0, [1]])
  await watchdog.look(30_000)
  expect(exits).toBe(1)
})

test.each([
  ['is paused', async () => queues.of('notes', 'normal')?.pause()],
  ['is held by a rate limit', async () => queues.of('notes', 'normal')?.rateLimit(60_000)],
  ['is empty', async () => queues.of('notes', 'normal')?.drain()],
])('a queue that %s raises nothing', async (_what, change) => {
  await waitingJob()
  await change()
  const watchdog = watch()
  for (const at of [0, 15_000, 30_000]) await watchdog.look(at)
  await expect(watchdog.check()).resolves.toBeUndefined()
  expect([replaced, exits, await gauge()]).toEqual([[], 0, [0]])
})
