import { waitFor } from '@fondasi/testing'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { startWorker } from '../../../test/jobs-service.ts'
import { tenant, useCore } from '../../../test/use-core.ts'
import { jobState } from '../../db/schema.ts'
import { defineJob } from '../kinds/define-job.ts'

let runs = 0
const errand = defineJob({
  name: 'errand.run',
  queue: 'errands',
  payload: z.unknown(),
  async handler() {
    runs += 1
  },
})
const { backend, core, pool, row } = await useCore([errand])

test('a worker that was away when a job was cancelled skips it: it asks the ledger when it subscribes', async () => {
  const id = await core.enqueuer.enqueue(errand, {}, { tenant })
  await waitFor(async () => (await row(id)).state === jobState.queued, { what: 'the dispatch' })
  await pool.query('update job set state = 12, fence = fence + 1, finished_at = now() where id = $1', [id])
  // The entry waits until the worker has subscribed, as it does after an outage.
  await core.queues.of('errands', 'normal')?.pause()
  const worker = await startWorker(backend, [errand])
  onTestFinished(() => worker.close())
  await waitFor(() => worker.activeRuns.isCancelled(id), { what: 'the subscription', timeoutMs: 60_000 })
  await core.queues.of('errands', 'normal')?.resume()
  await waitFor(async () => (await core.queues.of('errands', 'normal')?.getJob(id))?.finishedOn, {
    what: 'the entry to end',
  })
  expect(runs).toBe(0)
  expect((await row(id)).state).toBe(jobState.cancelled)
})
