import { type Effort, repeat } from '../load.ts'
import { atLeast, type Goal, type Row } from '../report.ts'
import { median, medianRatio } from '../statistics.ts'
import type { JobsBench } from './contestants.ts'
import { concurrency, type MeasuredQueue } from './queue-process.ts'

/** At full effort; a quick bench runs fewer. */
const jobsPerSide = 6_000
const fullSideMs = 2_000
export const scaled = (count: number, { sideMs }: Effort) => Math.round((count * sideMs) / fullSideMs)

/** Work that waits already: 50 jobs at once in one process, on every side. Enqueueing is not measured. */
export async function measureWork(bench: JobsBench): Promise<Row[]> {
  const count = scaled(jobsPerSide, bench.effort)
  const drain = (jobMs: number) => (queue: MeasuredQueue) => queue.drain({ count, jobMs })
  return [
    ...(await compareRates(bench, {
      what: `jobs/s that do nothing, ${concurrency} at once`,
      rate: drain(0),
      goals: { raw: atLeast(0.7) },
    })),
    ...(await compareRates(bench, {
      what: `jobs/s that take 1 ms, ${concurrency} at once`,
      rate: drain(1),
      goals: { raw: atLeast(0.97) },
    })),
  ]
}

/** A batch from the call that enqueues it until its last job has run, while the worker waits for jobs. */
export async function measureBatches(bench: JobsBench): Promise<Row[]> {
  const count = scaled(jobsPerSide, bench.effort)
  return compareRates(bench, {
    what: `jobs/s from a batch enqueued to done, ${count} at a time`,
    rate: (queue) => queue.batch({ count }),
    goals: { raw: atLeast(0.7), peers: atLeast(1) },
  })
}

/** Measures all queues in turns, and divides the rate of the service by each of the others. */
async function compareRates(
  { effort, service, raw, peers }: JobsBench,
  measured: {
    what: string
    rate: (queue: MeasuredQueue) => Promise<number>
    goals: { raw: Goal; peers?: Goal }
  },
): Promise<Row[]> {
  const { what, rate, goals } = measured
  const others = { 'raw BullMQ': raw, ...peers }
  const rounds = await repeat(effort, async () => {
    const rates: Record<string, number> = {}
    for (const [name, queue] of Object.entries({ service, ...others })) rates[name] = await rate(queue)
    return rates
  })
  const of = (name: string) => (round: Record<string, number>) => round[name] ?? Number.NaN
  const shown = (name: string) => Math.round(median(rounds.map(of(name))))
  return Object.keys(others).map((name) => {
    const goal = name in peers ? goals.peers : goals.raw
    return {
      name: `${what} ÷ ${name}`,
      value: medianRatio(rounds, of('service'), of(name)),
      ...(goal && { goal }),
      from: `${shown('service')} ÷ ${shown(name)}`,
    }
  })
}
