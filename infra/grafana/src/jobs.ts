import type { PanelSpec } from './panel.ts'

export const jobsPanels: readonly PanelSpec[] = [
  {
    title: 'Runs by outcome',
    description:
      'Later: a job that waits without a failure. Fenced: a late result of a run that had lost its job.',
    unit: 'reqps',
    queries: [{ expr: 'sum by (outcome) (rate(jobs_total[5m]))', legend: '{{outcome}}' }],
  },
  {
    title: 'Jobs by state',
    description:
      'Pending jobs are due, but not in Redis yet: more than a few for seconds means that nothing dispatches.',
    unit: 'short',
    queries: [{ expr: 'max by (queue, state) (jobs_depth)', legend: '{{queue}} {{state}}' }],
  },
  {
    title: 'Start latency',
    description: 'From when a job is due to its first start. Objective: 99 % within 30 s.',
    unit: 's',
    queries: [0.5, 0.99].map((quantile) => ({
      expr: `histogram_quantile(${quantile}, sum by (le) (rate(jobs_start_latency_seconds_bucket[5m])))`,
      legend: `p${quantile * 100}`,
    })),
    alerts: ['ErrorBudgetBurnFast', 'ErrorBudgetBurnSlow'],
  },
  {
    title: 'Age of the oldest job',
    description: 'How long the oldest due job has waited or run. Above 20 minutes it is late.',
    unit: 's',
    queries: [{ expr: 'max by (queue) (jobs_oldest_age_seconds)', legend: '{{queue}}' }],
    alerts: ['JobsLate'],
  },
  {
    title: 'Open dead letters',
    description: 'Each waits for a person to redrive or discard it.',
    unit: 'short',
    queries: [{ expr: 'max by (kind, reason) (jobs_dead_open) or vector(0)', legend: '{{kind}} {{reason}}' }],
    alerts: ['JobsDead'],
  },
  {
    title: 'Workers that respond',
    description: '0: no job runs.',
    unit: 'short',
    queries: [
      {
        // Without workers, `up` has no series instead of a 0.
        expr: 'sum(up{job="jobs-worker"}) or vector(0)',
        legend: 'workers',
      },
    ],
    alerts: ['JobsWorkerDown'],
  },
  {
    title: 'Queues that are not consumed',
    description: '1: jobs wait, a slot is free, and the worker has started nothing for 15 s.',
    unit: 'short',
    queries: [{ expr: 'max by (queue) (jobs_consumption_stalled)', legend: '{{queue}}' }],
    alerts: ['JobsNotConsumed'],
  },
  {
    title: 'Paused queues',
    description: '1: paused by a person, or by the mail kind because the mail server refuses our login.',
    unit: 'short',
    queries: [{ expr: 'max by (queue) (jobs_queue_paused)', legend: '{{queue}}' }],
    alerts: ['JobsQueuePaused'],
  },
  {
    title: 'Run duration, p99',
    description: 'Without the wait.',
    unit: 's',
    queries: [
      {
        expr: 'histogram_quantile(0.99, sum by (le, kind) (rate(jobs_run_seconds_bucket[5m])))',
        legend: '{{kind}}',
      },
    ],
  },
  {
    title: 'Jobs that came back',
    description:
      'Returned: Redis had lost them. Stalled: their worker died or was blocked. Redispatched: a dispatcher died. Set aside: a sweep could not handle them.',
    unit: 'reqps',
    queries: [
      { expr: 'sum(rate(jobs_returned_total[5m]))', legend: 'returned' },
      { expr: 'sum(rate(jobs_stalled_total[5m]))', legend: 'stalled' },
      { expr: 'sum(rate(jobs_redispatched_total[5m]))', legend: 'redispatched' },
      { expr: 'sum by (step) (rate(jobs_set_aside_total[5m]))', legend: 'set aside: {{step}}' },
    ],
  },
  {
    title: 'Webhook endpoints disabled, 1 hour',
    description: 'Their deliveries become dead letters until a person enables them.',
    unit: 'short',
    queries: [
      {
        expr: 'sum by (reason) (increase(jobs_webhook_endpoints_disabled_total[1h]))',
        legend: '{{reason}}',
      },
    ],
    alerts: ['WebhookEndpointDisabled'],
  },
  {
    title: 'Memory of Redis',
    description: 'The used part of `maxmemory`. A full Redis refuses writes, so no job starts.',
    unit: 'percentunit',
    queries: [{ expr: 'max(jobs_redis_used_ratio)', legend: 'used' }],
    alerts: ['JobsRedisFull'],
  },
]
