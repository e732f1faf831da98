import { repeat } from '../load.ts'
import { atMost, below, type Goal, type Row } from '../report.ts'
import { median, medianRatio, percentile } from '../statistics.ts'
import type { JobsBench } from './contestants.ts'
import type { MeasuredQueue } from './queue-process.ts'
import { scaled } from './work.ts'

const jobsPerSide = 100
/** pg-boss looks for jobs every two seconds. */
const maxSideMs = 10_000

interface Latencies {
  acceptedMs: number
  startedMs: number
}

/** One job at a time, while nothing else runs: until it is accepted, and until its handler starts. Medians. */
export async function measureSingles({ effort, service, raw, peers }: JobsBench): Promise<Row[]> {
  const count = scaled(jobsPerSide, effort)
  const others = { 'raw BullMQ': raw, ...peers }
  const rounds = await repeat(effort, async () => {
    const latencies: Record<string, Latencies> = {}
    for (const [name, queue] of Object.entries({ service, ...others }))
      latencies[name] = await measureOne(queue, count)
    return latencies
  })
  const row = (what: string, field: keyof Latencies, name: string, goal: Goal): Row => {
    const of = (who: string) => (round: Record<string, Latencies>) => round[who]?.[field] ?? Number.NaN
    const shown = (who: string) => median(rounds.map(of(who))).toFixed(2)
    return {
      name: `one job, ms until ${what}, p50 ÷ ${name}`,
      value: medianRatio(rounds, of('service'), of(name)),
      goal,
      from: `${shown('service')} ÷ ${shown(name)}`,
    }
  }
  return Object.keys(others).flatMap((name) => {
    const isPeer = name in peers
    return [
      row('accepted', 'acceptedMs', name, isPeer ? below(1) : atMost(2.5)),
      row('started', 'startedMs', name, isPeer ? below(1) : atMost(2)),
    ]
  })
}

async function measureOne(queue: MeasuredQueue, count: number): Promise<Latencies> {
  const measured: Latencies[] = []
  const deadline = performance.now() + maxSideMs
  while (measured.length < count && performance.now() < deadline) measured.push(await queue.single())
  const p50 = (field: keyof Latencies) =>
    percentile(
      measured.map((each) => each[field]),
      50,
    )
  return { acceptedMs: p50('acceptedMs'), startedMs: p50('startedMs') }
}
