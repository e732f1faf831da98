import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

/** From a millisecond to an hour: jobs differ more than requests. */
const secondsBuckets = [0.001, 0.005, 0.02, 0.1, 0.5, 1, 5, 30, 120, 600, 3_600]

const runOutcomes = ['done', 'retry', 'dead', 'later', 'cancelled', 'drop', 'fenced']

/** The business metrics of this service. */
export function createJobsMetrics(registry: Registry) {
  const registers = [registry]
  const metrics = {
    startLatency: new Histogram({
      name: 'jobs_start_latency_seconds',
      help: 'Time from when a job is due to its first start',
      labelNames: ['queue'],
      buckets: secondsBuckets,
      registers,
    }),
    runSeconds: new Histogram({
      name: 'jobs_run_seconds',
      help: 'Duration of runs',
      labelNames: ['kind'],
      buckets: secondsBuckets,
      registers,
    }),
    runs: new Counter({
      name: 'jobs_total',
      help: 'Runs by outcome: done, retry, dead, later (no attempt used), cancelled, drop, fenced (another run had the job)',
      labelNames: ['kind', 'outcome'],
      registers,
    }),
    dispatchLag: new Histogram({
      name: 'jobs_dispatch_lag_seconds',
      help: 'Time from when a job is due until a dispatcher claims it',
      buckets: secondsBuckets,
      registers,
    }),
    redispatched: new Counter({
      name: 'jobs_redispatched_total',
      help: 'Jobs that were claimed again because their lease had ended',
      registers,
    }),
    returned: new Counter({
      name: 'jobs_returned_total',
      help: 'Jobs that Redis had lost and that reconcile returned to the dispatcher',
      registers,
    }),
    fenced: new Counter({
      name: 'jobs_fenced_total',
      help: 'Results that were rejected because another run had the job or the job had ended',
      registers,
    }),
    setAside: new Counter({
      name: 'jobs_set_aside_total',
      help: 'Jobs that were set aside because a sweep could not handle them',
      labelNames: ['step'],
      registers,
    }),
    ambiguousEffects: new Counter({
      name: 'jobs_effect_ambiguous_total',
      help: 'Effects of which nobody knew whether they had happened',
      labelNames: ['kind'],
      registers,
    }),
    stalled: new Counter({
      name: 'jobs_stalled_total',
      help: 'Jobs that came back because their worker had died or was blocked',
      labelNames: ['queue'],
      registers,
    }),
    quarantined: new Counter({
      name: 'jobs_quarantined_total',
      help: 'Jobs that were sent to quarantine after their worker had died',
      labelNames: ['queue'],
      registers,
    }),
    missedSlots: new Counter({
      name: 'jobs_schedule_missed_total',
      help: 'Slots of schedules that got no job: after an outage, or because the previous job had not ended',
      registers,
    }),
    consumptionStalled: new Gauge({
      name: 'jobs_consumption_stalled',
      help: 'Whether this worker starts nothing in a queue although jobs wait: 1 or 0',
      labelNames: ['queue'],
      registers,
    }),
    zombies: new Gauge({
      name: 'jobs_zombies',
      help: 'Handlers that still run although they have lost their attempt',
      registers,
    }),
  }
  // Start at 0, so that the first event of each kind counts as an increase.
  for (const step of ['claim', 'dispatch', 'reconcile', 'complete']) metrics.setAside.inc({ step }, 0)
  return metrics
}

/** Starts the metrics of each kind and queue at 0, so that the first event of each counts as an increase. */
export function startAtZero(
  metrics: JobsMetrics,
  kinds: { names: readonly string[]; queues: readonly string[] },
): void {
  for (const kind of kinds.names) {
    metrics.runSeconds.zero({ kind })
    metrics.ambiguousEffects.inc({ kind }, 0)
    for (const outcome of runOutcomes) metrics.runs.inc({ kind, outcome }, 0)
  }
  for (const queue of kinds.queues) {
    metrics.startLatency.zero({ queue })
    metrics.stalled.inc({ queue }, 0)
    metrics.quarantined.inc({ queue }, 0)
    metrics.consumptionStalled.set({ queue }, 0)
  }
}

export type JobsMetrics = ReturnType<typeof createJobsMetrics>

/** The metrics of mails and webhooks. */
export function createDeliveryMetrics(registry: Registry) {
  const registers = [registry]
  const metrics = {
    mailMisconfigured: new Counter({
      name: 'jobs_mail_misconfigured_total',
      help: 'Mails that failed because the mail server refused our login or our settings; the mail queue is paused',
      registers,
    }),
    endpointsDisabled: new Counter({
      name: 'jobs_webhook_endpoints_disabled_total',
      help: 'Webhook endpoints that were disabled because they returned 410 (gone) or failed for five days (failing)',
      labelNames: ['reason'],
      registers,
    }),
  }
  for (const reason of ['gone', 'failing']) metrics.endpointsDisabled.inc({ reason }, 0)
  return metrics
}
