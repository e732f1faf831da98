import { waitFor } from '@fondasi/testing'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { startWorker } from '../../../test/jobs-service.ts'
import { tenant, useCore } from '../../../test/use-core.ts'
import { jobState } from '../../db/schema.ts'
import { defineJob, type RunContext } from '../kinds/define-job.ts'
import { Done, type Outcome } from '../kinds/outcome.ts'

let handle: (context: RunContext) => Promise<Outcome | void> = async () => {}
const starts: RunContext[] = []
const task = defineJob({
  name: 'task.do',
  queue: 'tasks',
  payload: z.unknown(),
  attempts: 1,
  async handler(context) {
    starts.push(context)
    return handle(context)
  },
})

const { backend, core, pool, row, ended } = await useCore([task])
/** A worker that has begun to run a job. */
async function workerInTheMiddle() {
  starts.length = 0
  const worker = await startWorker(backend, [task])
  const id = await core.enqueuer.enqueue(task, {}, { tenant })
  await waitFor(() => starts.length > 0, { what: 'the run to start', timeoutMs: 60_000 })
  return { worker, id }
}
const outcomes = async (id: string) =>
  (await pool.query('select outcome from attempt where job_id = $1', [id])).rows.map(({ outcome }) => outcome)
const isLocked = async (id: string) =>
  (await core.queues.of('tasks', 'normal')?.getJob(id)) && core.queues.of('tasks', 'normal')?.getJobState(id)

test('at a shutdown, a job that ends within the grace is done', async () => {
  const gate = Promise.withResolvers<void>()
  handle = async () => {
    await gate.promise
    return Done('in time')
  }
  const { worker, id } = await workerInTheMiddle()
  const closed = worker.close(600_000)
  gate.resolve()
  await closed
  expect(await row(id)).toMatchObject({ state: jobState.done, result: 'in time', attempts: 0 })
  expect(await isLocked(id)).toBe('completed')
})

test.each([
  [
    'obeys its signal',
    ({ signal }: RunContext) =>
      new Promise<void>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
      }),
  ],
  ['ignores its signal', () => new Promise<void>(() => {})],
])(
  'a job that does not end in time and %s is handed back, even in its last attempt',
  async (_what, handler) => {
    handle = handler
    const { worker, id } = await workerInTheMiddle()
    // No grace is left beyond what is reserved for handing back.
    await worker.close(0)
    expect(await row(id)).toMatchObject({ state: jobState.queued, attempts: 0 })
    expect(await outcomes(id)).toEqual(['interrupted'])
    expect(await isLocked(id)).toBe('waiting')

    handle = async () => Done('by another worker')
    const next = await startWorker(backend, [task])
    onTestFinished(() => next.close())
    expect(await ended(id)).toMatchObject({ result: 'by another worker', attempts: 0, lane: 'normal' })
    expect(starts.map(({ attempt }) => attempt)).toEqual([1, 1])
  },
)

test('a second signal aborts jobs at once', async () => {
  handle = ({ signal }) =>
    new Promise<void>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason))
    })
  const { worker, id } = await workerInTheMiddle()
  const closed = worker.close(600_000)
  worker.hurry()
  await closed
  expect(await outcomes(id)).toEqual(['interrupted'])
})
