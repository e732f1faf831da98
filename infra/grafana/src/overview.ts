import type { PanelSpec } from './panel.ts'

// All services in every panel: who stands out is seen at once. What only one service has is on its own dashboard.
export const overviewPanels: readonly PanelSpec[] = [
  {
    title: 'Instances that answer',
    description: 'As many as are deployed. 0: nothing answers, or no instance is known any more.',
    unit: 'short',
    queries: [
      {
        // The name of a service without instances is unknown to DNS, so that nobody counts a 0.
        expr: 'sum by (service) (up{service!=""}) or 0 * sum by (service) (last_over_time(up{service!=""}[1h]))',
        legend: '{{service}}',
      },
    ],
    alerts: ['ServiceDown', 'TargetDown'],
  },
  {
    title: 'Firing alerts',
    description: 'Empty is good.',
    unit: 'short',
    queries: [
      {
        expr: 'count by (alertname, service, severity) (ALERTS{alertstate="firing"}) or vector(0)',
        legend: '{{severity}} {{alertname}} {{service}}',
      },
    ],
  },
  {
    title: 'Error budget left, 3 days',
    description:
      'What 3 days as the last ones would leave of the month’s budget: 1 is untouched, 0 is just within the objective, below it the objective is missed.',
    unit: 'percentunit',
    queries: [
      {
        expr: '1 - sli:errors:ratio_rate3d / on (service, slo) slo:errors:objective',
        legend: '{{service}} {{slo}}',
      },
    ],
    alerts: ['ErrorBudgetBurnSlow', 'ErrorTrickle'],
  },
  {
    title: 'Burn rate',
    description: 'How many times faster than allowed the error budget is spent: 14.4 over an hour pages.',
    unit: 'short',
    queries: [
      {
        expr: 'sli:errors:ratio_rate5m / on (service, slo) slo:errors:objective',
        legend: '{{service}} {{slo}} 5m',
      },
      {
        expr: 'sli:errors:ratio_rate1h / on (service, slo) slo:errors:objective',
        legend: '{{service}} {{slo}} 1h',
      },
    ],
    alerts: ['ErrorBudgetBurnFast'],
  },
  {
    title: 'Requests',
    description: 'Per second, with refused ones.',
    unit: 'reqps',
    queries: [
      { expr: 'sum by (service) (rate(http_request_duration_seconds_count[5m]))', legend: '{{service}}' },
    ],
  },
  {
    title: 'Answers by status',
    description: '5xx is our fault; 429 is a limit at work.',
    unit: 'reqps',
    queries: [
      {
        expr: 'sum by (service, status) (rate(http_request_duration_seconds_count{status!~"2.."}[5m]))',
        legend: '{{service}} {{status}}',
      },
    ],
  },
  {
    title: 'Duration, p99',
    description: '99 of 100 requests are faster. Estimated from buckets.',
    unit: 's',
    queries: [
      {
        expr: 'histogram_quantile(0.99, sum by (service, le) (rate(http_request_duration_seconds_bucket[5m])))',
        legend: '{{service}}',
      },
    ],
  },
  {
    title: 'Limits counted without Redis',
    description: 'Above 0 Redis does not answer, and each process counts for itself.',
    unit: 'reqps',
    queries: [{ expr: 'sum by (service) (rate(rate_limit_fallback_total[5m]))', legend: '{{service}}' }],
    alerts: ['RedisAway'],
  },
  {
    title: 'Outbox: oldest waiting message',
    description: 'Seconds are normal. It grows while a receiver is away; nothing is lost.',
    unit: 's',
    queries: [{ expr: 'max by (service) (outbox_oldest_waiting_seconds)', legend: '{{service}}' }],
    alerts: ['OutboxLate'],
  },
  {
    title: 'Outbox: messages',
    description: 'Dead ones were given up and wait for a person.',
    unit: 'short',
    queries: [
      { expr: 'max by (service) (outbox_waiting_messages)', legend: '{{service}} waiting' },
      { expr: 'max by (service) (outbox_dead_messages)', legend: '{{service}} dead' },
    ],
    alerts: ['OutboxDead'],
  },
  {
    title: 'Database connections',
    description:
      'Waiting above 0 for long: the pool is too small, or queries hold their connections too long.',
    unit: 'short',
    queries: [
      { expr: 'sum by (service) (postgres_pool_connections{state="used"})', legend: '{{service}} used' },
      { expr: 'sum by (service) (postgres_pool_max_connections)', legend: '{{service}} at most' },
      { expr: 'sum by (service) (postgres_pool_waiting_requests)', legend: '{{service}} waiting' },
    ],
  },
  {
    title: 'Versions',
    description: 'Two lines per service: a deployment is under way.',
    unit: 'short',
    queries: [{ expr: 'count by (service, version) (build_info)', legend: '{{service}} {{version}}' }],
  },
]
