import type { PanelSpec } from './panel.ts'

export const authPanels: readonly PanelSpec[] = [
  {
    title: 'Sign-ins by outcome',
    description: 'Many wrong or throttled sign-ins mean that somebody is guessing passwords.',
    unit: 'reqps',
    queries: [
      { expr: 'sum by (outcome) (rate(auth_logins_total{service="auth"}[5m]))', legend: '{{outcome}}' },
    ],
  },
  {
    title: 'Login duration',
    description: 'Objective: 99 % within 1 s. Most of it is the password hash and the wait for it.',
    unit: 's',
    queries: [0.5, 0.99].map((quantile) => ({
      expr: `histogram_quantile(${quantile}, sum by (le) (rate(http_request_duration_seconds_bucket{service="auth", route="/v1/login"}[5m])))`,
      legend: `p${quantile * 100}`,
    })),
    alerts: ['ErrorBudgetBurnFast', 'ErrorBudgetBurnSlow'],
  },
  {
    title: 'Refreshes by outcome',
    description: 'A replay is a second tab or a lost response. A reuse is a copied token or a broken client.',
    unit: 'reqps',
    queries: [
      { expr: 'sum by (outcome) (rate(auth_refreshes_total{service="auth"}[5m]))', legend: '{{outcome}}' },
    ],
  },
  {
    title: 'Refresh tokens reused, 1 hour',
    description: 'Each reuse ended a session.',
    unit: 'short',
    queries: [
      {
        expr: 'sum by (service) (increase(auth_refreshes_total{service="auth", outcome="reuse"}[1h]))',
        legend: 'reuse',
      },
    ],
    alerts: ['RefreshReuse'],
  },
  {
    title: 'Password hashes waiting',
    description: 'While the queue is full, logins are refused.',
    unit: 'short',
    queries: [{ expr: 'sum by (instance) (auth_hash_queue_depth{service="auth"})', legend: '{{instance}}' }],
    alerts: ['HashQueueShedding'],
  },
  {
    title: 'Logins refused because the queue was full',
    description: 'Refusing a burst is normal. Refusing for minutes means too few cores or an attack.',
    unit: 'reqps',
    queries: [
      { expr: 'sum by (service) (rate(auth_hash_shed_total{service="auth"}[5m]))', legend: 'refused' },
    ],
    alerts: ['HashQueueShedding'],
  },
  {
    title: 'Wait for a password hash, p99',
    description: 'Above 2 s, logins are refused instead.',
    unit: 's',
    queries: [
      {
        expr: 'histogram_quantile(0.99, sum by (le) (rate(auth_hash_wait_seconds_bucket{service="auth"}[5m])))',
        legend: 'p99',
      },
    ],
  },
  {
    title: 'Logins throttled without Redis',
    description: 'Above 0, each process counts failed logins by itself.',
    unit: 'reqps',
    queries: [
      {
        expr: 'sum by (service) (rate(auth_login_throttle_fallback_total{service="auth"}[5m]))',
        legend: 'logins',
      },
    ],
    alerts: ['RedisAway'],
  },
  {
    title: 'Requests by route',
    description: 'Per second.',
    unit: 'reqps',
    queries: [
      {
        expr: 'sum by (method, route) (rate(http_request_duration_seconds_count{service="auth"}[5m]))',
        legend: '{{method}} {{route}}',
      },
    ],
  },
  {
    title: 'Deliveries by topic',
    description: 'Mails and security events that were delivered, and attempts that failed.',
    unit: 'short',
    queries: [
      {
        expr: 'sum by (topic) (rate(outbox_delivered_total{service="auth"}[5m]))',
        legend: '{{topic}} delivered',
      },
      {
        expr: 'sum by (topic) (rate(outbox_failed_attempts_total{service="auth"}[5m]))',
        legend: '{{topic}} failed',
      },
    ],
    alerts: ['OutboxLate', 'OutboxDead'],
  },
]
