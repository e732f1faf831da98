import { setTimeout as delay } from 'node:timers/promises'
import { atMost, type Row } from '../../../bench/src/report.ts'
import { percentile } from '../../../bench/src/statistics.ts'
import type { Killable } from '../killable.ts'
import { type Chaos, underLoad } from '../under-load.ts'
import { firstStarts, recoveryTimes } from '../verdict.ts'

// Each of these kills one process repeatedly while clients enqueue jobs.

/** Kills the two workers in turns: the one that is left takes over. */
export async function killWorkers(chaos: Chaos): Promise<Row[]> {
  const { workers, mail } = chaos
  const times = chaos.times(50, 3)
  const cutOffBefore = mail.cutOff.length
  const { rows } = await underLoad(chaos, { name: 'kill -9 of a worker', how: `${times} times` }, () =>
    repeat(times, async (round) => {
      await delay(2_500)
      await restart(round % 2 === 0 ? workers[0] : workers[1])
    }),
  )
  const cutOff = mail.cutOff.slice(cutOffBefore)
  const seconds = recoveryTimes(cutOff, mail.arrivals).map((ms) => ms / 1_000)
  if (seconds.length === 0) throw new Error('no kill has hit a running job: let it kill more often')
  const row = (percent: number) => ({
    name: `kill -9 of a worker: seconds until a job runs again, p${percent}`,
    value: percentile(seconds, percent),
    from: `${cutOff.length} jobs were running`,
  })
  return [...rows, row(50), { ...row(95), goal: atMost(20) }]
}

export async function killApi(chaos: Chaos): Promise<Row[]> {
  const times = chaos.times(20, 2)
  const { rows } = await underLoad(chaos, { name: 'kill -9 of the API', how: `${times} times` }, () =>
    repeat(times, async () => {
      await delay(1_500)
      await restart(chaos.api)
    }),
  )
  return rows
}

/** Redis loses all of its data each time. Most outages are short, some take seconds, and the last one takes a minute. */
export async function killRedisWithoutData(chaos: Chaos): Promise<Row[]> {
  const { redis, isQuick } = chaos
  const times = chaos.times(50, 3)
  const outageMs = (round: number) => {
    if (round === times - 1 && !isQuick) return 60_000
    return round % 10 === 2 ? 4_000 : round % 3 === 0 ? 1_000 : 0
  }
  redis.keepData(false)
  await restart(redis)
  try {
    return await killRedis(chaos, { name: 'kill -9 of Redis without persistence', times, outageMs })
  } finally {
    redis.keepData(true)
    await restart(redis)
  }
}

/** Redis has the data of its append-only file when it is back: finished entries may come back with it. */
export function killRedisWithData(chaos: Chaos): Promise<Row[]> {
  const times = chaos.times(20, 2)
  return killRedis(chaos, { name: 'kill -9 of Redis with its append-only file', times, outageMs: () => 0 })
}

async function killRedis(
  chaos: Chaos,
  { name, times, outageMs }: { name: string; times: number; outageMs: (round: number) => number },
): Promise<Row[]> {
  const { redis, runLog } = chaos
  const backAt: number[] = []
  const { rows } = await underLoad(chaos, { name, how: `${times} times` }, async () => {
    await repeat(times, async (round) => {
      await delay(1_000)
      await redis.kill()
      await delay(outageMs(round))
      await redis.start()
      backAt.push(Date.now())
    })
    // Until then the clients enqueue jobs, so that one starts after the last outage, too.
    await delay(2_000)
  })
  const seconds = firstStarts(backAt, runLog.runs).map((ms) => ms / 1_000)
  return [
    ...rows,
    {
      name: `${name}: seconds until the first start, maximum`,
      value: Math.max(...seconds),
      goal: atMost(2),
      from: `p50 ${percentile(seconds, 50).toFixed(2)} s`,
    },
  ]
}

export async function killPostgres(chaos: Chaos): Promise<Row[]> {
  const times = chaos.times(20, 2)
  const { rows } = await underLoad(chaos, { name: 'kill -9 of PostgreSQL', how: `${times} times` }, () =>
    repeat(times, async () => {
      await delay(1_500)
      await restart(chaos.postgres)
    }),
  )
  return rows
}

async function restart(process: Killable): Promise<void> {
  await process.kill()
  await process.start()
}

async function repeat(times: number, task: (round: number) => Promise<void>): Promise<void> {
  for (let round = 0; round < times; round += 1) await task(round)
}
