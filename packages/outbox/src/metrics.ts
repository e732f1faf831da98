import type { Db } from '@fondasi/postgres'
import { Counter, Gauge, type Registry } from 'prom-client'
import { countMessages } from './repository.ts'

/** Names of the outbox's metrics, for dashboards and alerts. */
export const outboxMetrics = {
  waiting: 'outbox_waiting_messages',
  dead: 'outbox_dead_messages',
  oldestWaiting: 'outbox_oldest_waiting_seconds',
  delivered: 'outbox_delivered_total',
  failed: 'outbox_failed_attempts_total',
  refused: 'outbox_refused_total',
} as const

export type RelayCounters = Record<'delivered' | 'failed' | 'refused', Counter<'topic'>>

/**
 * Registers the metrics of a relay and returns its counters. The gauges describe the table, so every replica reports the
 * same values: take their maximum, not their sum. The counters start at 0 for each topic that has a handler, because
 * Prometheus sees no increase in a series that starts at 1.
 */
export function registerMetrics(registry: Registry, db: Db, topics: readonly string[]): RelayCounters {
  type Counts = Awaited<ReturnType<typeof countMessages>>
  let counting: Promise<Counts | undefined> | undefined
  // One query serves the three gauges of a scrape. During an outage of the database they show NaN instead of old values.
  const counts = () => {
    counting ??= countMessages(db)
      .catch(() => undefined)
      .finally(() => {
        counting = undefined
      })
    return counting
  }
  const gauge = (name: string, help: string, read: (counts: Counts) => number) =>
    new Gauge({
      name,
      help,
      registers: [],
      async collect() {
        const current = await counts()
        this.set(current === undefined ? Number.NaN : read(current))
      },
    })
  const counter = (name: string, help: string) =>
    new Counter({ name, help, labelNames: ['topic'], registers: [] })

  const delivered = counter(outboxMetrics.delivered, 'Delivered messages')
  const failed = counter(outboxMetrics.failed, 'Failed delivery attempts')
  const refused = counter(
    outboxMetrics.refused,
    'Messages that were dropped because the recipient was refused',
  )
  const gauges = [
    gauge(outboxMetrics.waiting, 'Messages that wait for delivery', ({ waiting }) => waiting),
    gauge(outboxMetrics.dead, 'Messages that are dead: no further delivery is attempted', ({ dead }) => dead),
    gauge(
      outboxMetrics.oldestWaiting,
      'Age of the oldest waiting message in seconds',
      ({ oldestSeconds }) => oldestSeconds,
    ),
  ]
  for (const metric of gauges) registry.registerMetric(metric)
  const counters = { delivered, failed, refused }
  for (const each of Object.values(counters)) {
    for (const topic of topics) each.inc({ topic }, 0)
    registry.registerMetric(each)
  }
  return counters
}
