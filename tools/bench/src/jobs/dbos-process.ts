import { DBOS } from '@dbos-inc/dbos-sdk'
import { concurrency, createTask, rateOf, serveQueue } from './queue-process.ts'

// DBOS with its defaults, except that it runs as many jobs at once as the others. A job is a workflow without steps.

/** Fewer than the others get: a queue looks for workflows every second, and then starts as many as it runs at once. */
const atMost = 200
const task = createTask()
DBOS.registerWorkflow((jobMs: number) => task.run(jobMs), { name: 'task' })
DBOS.setConfig({ name: 'bench', systemDatabaseUrl: process.env['DATABASE_URL'] ?? '', logLevel: 'error' })
await DBOS.launch()
const register = (queueName: string) => DBOS.registerQueue(queueName, { workerConcurrency: concurrency })
await register('task')
const enqueue = (queueName: string, jobMs: number) =>
  DBOS.enqueueWorkflowWithOptions({ workflowName: 'task', queueName }, jobMs)
const enqueueMany = (queueName: string, count: number, jobMs: number) =>
  Promise.all(Array.from({ length: count }, () => enqueue(queueName, jobMs)))

let drains = 0

serveQueue({
  async drain({ count, jobMs }) {
    const jobs = Math.min(count, atMost)
    drains += 1
    // Its workflows wait until it is registered.
    const queueName = `drain-${drains}`
    await enqueueMany(queueName, jobs, jobMs)
    const { started, ended } = task.expect(jobs)
    await register(queueName)
    await ended
    return rateOf(jobs, await started)
  },
  async batch({ count }) {
    const jobs = Math.min(count, atMost)
    const { ended } = task.expect(jobs)
    const startedAt = performance.now()
    await enqueueMany('task', jobs, 0)
    await ended
    return rateOf(jobs, startedAt)
  },
  async single() {
    const { started, ended } = task.expect(1)
    const startedAt = performance.now()
    await enqueue('task', 0)
    const acceptedMs = performance.now() - startedAt
    const startedMs = (await started) - startedAt
    await ended
    return { acceptedMs, startedMs }
  },
})
