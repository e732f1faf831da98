import { measureCancel } from './jobs/cancel.ts'
import { startJobsBench } from './jobs/contestants.ts'
import { measureSingles } from './jobs/singles.ts'
import { measureBatches, measureWork } from './jobs/work.ts'
import { type BenchRun, measureParts } from './run-bench.ts'

const parts = [
  ['work that waits', measureWork],
  ['batches', measureBatches],
  ['single jobs', measureSingles],
  ['cancel', measureCancel],
] as const

/**
 * The performance goals of jobs: ratios to BullMQ without a ledger, and to queues that people use instead. Each queue has a
 * process of its own, which enqueues and runs its jobs. All are measured in turns on this machine.
 */
export async function benchJobs(run: BenchRun): Promise<void> {
  run.say('Starting PostgreSQL, Redis and the queues')
  const bench = await startJobsBench(run.effort, run.cleanups)
  run.servers.push(...bench.servers)
  await measureParts(parts, bench, run)
}
