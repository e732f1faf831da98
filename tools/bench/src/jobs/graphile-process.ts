import { Logger, makeWorkerUtils, run, WorkerPreset } from 'graphile-worker'
import { z } from 'zod'
import { concurrency, createTask, rateOf, serveQueue } from './queue-process.ts'

// graphile-worker with its defaults, except that it runs as many jobs at once as the others. PostgreSQL notifies it of new jobs.

const silent = new Logger(() => () => {})
const preset = {
  extends: [WorkerPreset],
  worker: {
    connectionString: process.env['DATABASE_URL'] ?? '',
    concurrentJobs: concurrency,
    logger: silent,
  },
}
const payload = z.object({ jobMs: z.int() })
const task = createTask()
const taskList = { task: (given: unknown) => task.run(payload.parse(given).jobMs) }
const start = () => run({ preset, taskList, noHandleSignals: true, parsedCronItems: [] })
const utils = await makeWorkerUtils({ preset })
let runner = await start()
const addMany = (count: number, jobMs: number) =>
  utils.addJobs(Array.from({ length: count }, () => ({ identifier: 'task', payload: { jobMs } })))

serveQueue({
  async drain({ count, jobMs }) {
    await runner.stop()
    await addMany(count, jobMs)
    const { started, ended } = task.expect(count)
    runner = await start()
    await ended
    return rateOf(count, await started)
  },
  async batch({ count }) {
    const { ended } = task.expect(count)
    const startedAt = performance.now()
    await addMany(count, 0)
    await ended
    return rateOf(count, startedAt)
  },
  async single() {
    const { started, ended } = task.expect(1)
    const startedAt = performance.now()
    await utils.addJob('task', { jobMs: 0 })
    const acceptedMs = performance.now() - startedAt
    const startedMs = (await started) - startedAt
    await ended
    return { acceptedMs, startedMs }
  },
})
