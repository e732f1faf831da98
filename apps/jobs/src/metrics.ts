import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

/** From a millisecond to an hour, because the durations of jobs vary more than those of requests. */
const buckets = [0.001, 0.005, 0.02, 0.1, 0.5, 1, 5, 30, 120, 600, 3_600]

const runOutcomes = ['done', 'retry', 'dead', 'later', 'cancelled', 'drop', 'fenced']

export type JobsMetrics = ReturnType<typeof createJobsMetrics>

/** The business metrics of this service. */
export function createJobsMetrics(registry: Registry) {
  const { counter, gauge, histogram } = metricsOf(registry)
  const metrics = {
    startLatency: histogram(
      'jobs_start_latency_seconds',
      'Time from when a job is due to its first start',
      'queue',
    ),
    runSeconds: histogram('jobs_run_seconds', 'Duration of runs', 'kind'),
    runs: counter(
      'jobs_total',
      'Runs by outcome: done, retry, dead, later (no attempt used), cancelled, drop, fenced (another run had the job)',
      'kind',
      'outcome',
    ),
    dispatchLag: histogram(
      'jobs_dispatch_lag_seconds',
      'Time from when a job is due until a dispatcher claims it',
    ),
    redispatched: counter(
      'jobs_redispatched_total',
      'Jobs that were claimed again because their lease had ended',
    ),
    returned: counter(
      'jobs_returned_total',
      'Jobs that Redis had lost and that reconcile returned to the dispatcher',
    ),
    fenced: counter(
      'jobs_fenced_total',
      'Results that were rejected because another run had the job or the job had ended',
    ),
    setAside: counter(
      'jobs_set_aside_total',
      'Jobs that were set aside because a sweep could not handle them',
      'step',
    ),
    ambiguousEffects: counter(
      'jobs_effect_ambiguous_total',
      'Effects that a later run found unfinished, so they may have happened',
      'kind',
    ),
    stalled: counter(
      'jobs_stalled_total',
      'Jobs that came back because their worker had died or was blocked',
      'queue',
    ),
    quarantined: counter(
      'jobs_quarantined_total',
      'Jobs that were sent to quarantine after their worker had died',
      'queue',
    ),
    missedSlots: counter(
      'jobs_schedule_missed_total',
      'Slots of schedules that got no job: after an outage, or because the previous job had not ended',
    ),
    consumptionStalled: gauge(
      'jobs_consumption_stalled',
      'Whether this worker starts nothing in a queue although jobs wait: 1 or 0',
      'queue',
    ),
    zombies: gauge('jobs_zombies', 'Handlers that still run although their attempt was ended'),
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

/** The metrics of mails and webhooks. */
export function createDeliveryMetrics(registry: Registry) {
  const { counter } = metricsOf(registry)
  const metrics = {
    mailMisconfigured: counter(
      'jobs_mail_misconfigured_total',
      'Mails that failed because the mail server refused our login or our settings; the mail queue is paused',
    ),
    endpointsDisabled: counter(
      'jobs_webhook_endpoints_disabled_total',
      'Webhook endpoints that were disabled because they returned 410 (gone) or failed for five days (failing)',
      'reason',
    ),
  }
  for (const reason of ['gone', 'failing']) metrics.endpointsDisabled.inc({ reason }, 0)
  return metrics
}

/** Functions that register a metric by its name, its help and its labels. */
function metricsOf(registry: Registry) {
  const registers = [registry]
  return {
    counter: <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
      new Counter({ name, help, labelNames, registers }),
    gauge: <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
      new Gauge({ name, help, labelNames, registers }),
    histogram: <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
      new Histogram({ name, help, labelNames, buckets, registers }),
  }
}
