import { Queue, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { concurrency, createTask, rateOf, serveQueue } from './queue-process.ts'

// BullMQ alone: a job that it has accepted is in Redis, and nowhere else.

const connection = new Redis(process.env['REDIS_URL'] ?? '', { maxRetriesPerRequest: null })
/** As jobs sets it: without it, Redis would keep every finished job. */
const kept = { removeOnComplete: { age: 600, count: 20_000 } }
const task = createTask()
const queue = new Queue<{ jobMs: number }>('raw', { connection, defaultJobOptions: kept })
const worker = new Worker<{ jobMs: number }>('raw', ({ data }) => task.run(data.jobMs), {
  connection,
  concurrency,
})
worker.on('error', (error) => console.error(error))
const jobsOf = (count: number, jobMs: number) =>
  Array.from({ length: count }, () => ({ name: 'task', data: { jobMs } }))

serveQueue({
  async drain({ count, jobMs }) {
    await queue.pause()
    await queue.addBulk(jobsOf(count, jobMs))
    const { started, ended } = task.expect(count)
    await queue.resume()
    await ended
    return rateOf(count, await started)
  },
  async batch({ count }) {
    const { ended } = task.expect(count)
    const startedAt = performance.now()
    await queue.addBulk(jobsOf(count, 0))
    await ended
    return rateOf(count, startedAt)
  },
  async single() {
    const { started, ended } = task.expect(1)
    const startedAt = performance.now()
    await queue.add('task', { jobMs: 0 })
    const acceptedMs = performance.now() - startedAt
    const startedMs = (await started) - startedAt
    await ended
    return { acceptedMs, startedMs }
  },
})
