import type { PanelSpec } from './panel.ts'

// Every panel shows all services, so an outlier is easy to see. Metrics of a single service are on its own dashboard.
export const overviewPanels: readonly PanelSpec[] = [
  {
    title: 'Instances that respond',
    description: 'Should equal the number of deployed instances. 0: none responds, or DNS knows none.',
    unit: 'short',
    queries: [
      {
        // A service without instances is unknown to DNS, so `up` would have no series instead of a 0.
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
      'What is left of the month’s budget if the whole month is like the last 3 days. 1: untouched. 0: just within the objective. Below 0: the objective is missed.',
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
    description: 'How many times faster than allowed the error budget is spent. 14.4 over an hour pages.',
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
    description: 'Per second, including refused requests.',
    unit: 'reqps',
    queries: [
      { expr: 'sum by (service) (rate(http_request_duration_seconds_count[5m]))', legend: '{{service}}' },
    ],
  },
  {
    title: 'Responses by status',
    description: '5xx is a fault of the service. 429 means that a rate limit works.',
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
    description: '99 of 100 requests are faster than this. Estimated from buckets.',
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
    description: 'Above 0, Redis does not respond and each process counts by itself.',
    unit: 'reqps',
    queries: [{ expr: 'sum by (service) (rate(rate_limit_fallback_total[5m]))', legend: '{{service}}' }],
    alerts: ['RedisAway'],
  },
  {
    title: 'Outbox: oldest waiting message',
    description: 'Seconds are normal. It grows while a receiver is unavailable; nothing is lost.',
    unit: 's',
    queries: [{ expr: 'max by (service) (outbox_oldest_waiting_seconds)', legend: '{{service}}' }],
    alerts: ['OutboxLate'],
  },
  {
    title: 'Outbox: messages',
    description: 'The relay no longer delivers dead messages; a person must decide.',
    unit: 'short',
    queries: [
      { expr: 'max by (service) (outbox_waiting_messages)', legend: '{{service}} waiting' },
      { expr: 'max by (service) (outbox_dead_messages)', legend: '{{service}} dead' },
    ],
    alerts: ['OutboxDead'],
  },
  {
    title: 'Database connections',
    description: 'Waiting above 0 for minutes: the pool is too small, or queries hold connections too long.',
    unit: 'short',
    queries: [
      { expr: 'sum by (service) (postgres_pool_connections{state="used"})', legend: '{{service}} used' },
      { expr: 'sum by (service) (postgres_pool_max_connections)', legend: '{{service}} at most' },
      { expr: 'sum by (service) (postgres_pool_waiting_requests)', legend: '{{service}} waiting' },
    ],
  },
  {
    title: 'Versions',
    description: 'Two lines per service mean that a deployment is in progress.',
    unit: 'short',
    queries: [{ expr: 'count by (service, version) (build_info)', legend: '{{service}} {{version}}' }],
  },
]
