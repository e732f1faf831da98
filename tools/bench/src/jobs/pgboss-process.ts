import { PgBoss } from 'pg-boss'
import { concurrency, createTask, rateOf, serveQueue } from './queue-process.ts'

// pg-boss. Single jobs have its defaults: a worker looks for one job every 2 s. For many jobs, a worker takes 50 at a time and
// continues at once while it finds as many.

const boss = new PgBoss(process.env['DATABASE_URL'] ?? '')
boss.on('error', (error) => console.error(error))
await boss.start()
await boss.createQueue('one')
await boss.createQueue('many')
const task = createTask()
await boss.work('one', () => task.run(0))
const manyAtOnce = { batchSize: concurrency, burstWhenBatchFull: true, pollingIntervalSeconds: 0.5 }
const workMany = () =>
  boss.work<{ jobMs: number }>('many', manyAtOnce, (jobs) =>
    Promise.all(jobs.map(({ data }) => task.run(data.jobMs))),
  )
const insertMany = (count: number, jobMs: number) =>
  boss.insert(
    'many',
    Array.from({ length: count }, () => ({ data: { jobMs } })),
  )
await workMany()

serveQueue({
  async drain({ count, jobMs }) {
    await boss.offWork('many')
    await insertMany(count, jobMs)
    const { started, ended } = task.expect(count)
    await workMany()
    await ended
    return rateOf(count, await started)
  },
  async batch({ count }) {
    const { ended } = task.expect(count)
    const startedAt = performance.now()
    await insertMany(count, 0)
    await ended
    return rateOf(count, startedAt)
  },
  async single() {
    const { started, ended } = task.expect(1)
    const startedAt = performance.now()
    await boss.send('one', {})
    const acceptedMs = performance.now() - startedAt
    const startedMs = (await started) - startedAt
    await ended
    return { acceptedMs, startedMs }
  },
})
