import type { Db } from '@fondasi/postgres'
import type { Redis } from 'ioredis'
import { Gauge, type Registry } from 'prom-client'
import type { Kinds } from '../kinds/define-job.ts'
import { deadReasons } from '../kinds/outcome.ts'
import type { Queues } from './queues.ts'
import { countOpenDeadLetters, listPauses, measureQueues } from './repository.ts'

const states = ['waiting', 'prioritized', 'active', 'delayed'] as const

/**
 * Registers the gauges that describe all processes together, read at each scrape. Every replica of the API reports the same
 * values: take their maximum, not their sum. During an outage, a gauge that cannot be read has no value.
 */
export function registerGauges(
  registry: Registry,
  deps: { db: Db; redis: Redis; queues: Queues; kinds: Kinds },
): void {
  const { db, redis, queues, kinds } = deps
  const names = kinds.queues
  const gauge = <Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    read: (gauge: Gauge<Label>) => Promise<void>,
  ) =>
    registry.registerMetric(
      new Gauge({
        name,
        help,
        labelNames,
        registers: [],
        async collect() {
          this.reset()
          await read(this).catch(() => undefined)
        },
      }),
    )

  gauge(
    'jobs_depth',
    'Jobs by state; pending: due, but not yet in Redis',
    ['queue', 'state'],
    async (depth) => {
      for (const { queue, pending } of await measureQueues(db))
        depth.set({ queue, state: 'pending' }, pending)
      for (const queue of names) {
        const counts = (await queues.of(queue, 'normal')?.getJobCounts(...states)) ?? {}
        for (const state of states) depth.set({ queue, state }, counts[state] ?? 0)
      }
    },
  )
  gauge(
    'jobs_oldest_age_seconds',
    'How long the oldest due job has waited or run',
    ['queue'],
    async (age) => {
      for (const queue of names) age.set({ queue }, 0)
      for (const { queue, oldestSeconds } of await measureQueues(db)) age.set({ queue }, oldestSeconds)
    },
  )
  gauge(
    'jobs_queue_paused',
    'Whether a person or the mail kind has paused the queue: 1 or 0',
    ['queue'],
    async (paused) => {
      for (const queue of names) paused.set({ queue }, 0)
      for (const { name } of await listPauses(db)) paused.set({ queue: name }, 1)
    },
  )
  gauge('jobs_dead_open', 'Open dead letters', ['kind', 'reason'], async (open) => {
    for (const kind of kinds.all) for (const reason of deadReasons) open.set({ kind: kind.name, reason }, 0)
    for (const { kind, reason, count } of await countOpenDeadLetters(db)) open.set({ kind, reason }, count)
  })
  gauge(
    'jobs_redis_used_ratio',
    'Used part of the memory that Redis may use; 0 without a limit',
    [],
    async (used) => {
      const info = await redis.info('memory')
      const read = (field: string) => Number(new RegExp(`^${field}:(\\d+)`, 'm').exec(info)?.[1] ?? 0)
      const max = read('maxmemory')
      used.set(max === 0 ? 0 : read('used_memory') / max)
    },
  )
}
