import type { PanelSpec } from './panel.ts'

export const catalogPanels: readonly PanelSpec[] = [
  {
    title: 'Searches by outcome',
    description:
      'Corrected: a typo was corrected. Many searches without results mean missing products or a stale index.',
    unit: 'reqps',
    queries: [
      {
        expr: 'sum by (outcome) (rate(catalog_searches_total{service="catalog"}[5m]))',
        legend: '{{outcome}}',
      },
    ],
  },
  {
    title: 'Search duration',
    description: 'Objective: 99 % within 0.2 s.',
    unit: 's',
    queries: [0.5, 0.99].map((quantile) => ({
      expr: `histogram_quantile(${quantile}, sum by (le) (rate(http_request_duration_seconds_bucket{service="catalog", route="/v1/products/search"}[5m])))`,
      legend: `p${quantile * 100}`,
    })),
    alerts: ['ErrorBudgetBurnFast', 'ErrorBudgetBurnSlow'],
  },
  {
    title: 'Cache by outcome',
    description:
      'Stale: served while it is being renewed. Bypass: Redis is unavailable, so every response is computed.',
    unit: 'reqps',
    queries: [
      {
        expr: 'sum by (outcome) (rate(catalog_cache_reads_total{service="catalog"}[5m]))',
        legend: '{{outcome}}',
      },
      {
        expr: 'sum by (service) (rate(catalog_cache_fills_total{service="catalog"}[5m]))',
        legend: 'computed',
      },
    ],
    alerts: ['RedisAway'],
  },
  {
    title: 'Search index: behind the products',
    description: 'Seconds since the last refresh, if products were written after it. 0 after each refresh.',
    unit: 's',
    queries: [
      { expr: 'max by (service) (catalog_search_index_lag_seconds{service="catalog"})', legend: 'behind' },
    ],
    alerts: ['SearchIndexStale'],
  },
  {
    title: 'Requests by route',
    description: 'Per second.',
    unit: 'reqps',
    queries: [
      {
        expr: 'sum by (method, route) (rate(http_request_duration_seconds_count{service="catalog"}[5m]))',
        legend: '{{method}} {{route}}',
      },
    ],
  },
  {
    title: 'Deliveries by topic',
    description: 'Events and category changes that were delivered, and attempts that failed.',
    unit: 'short',
    queries: [
      {
        expr: 'sum by (topic) (rate(outbox_delivered_total{service="catalog"}[5m]))',
        legend: '{{topic}} delivered',
      },
      {
        expr: 'sum by (topic) (rate(outbox_failed_attempts_total{service="catalog"}[5m]))',
        legend: '{{topic}} failed',
      },
    ],
    alerts: ['OutboxLate', 'OutboxDead'],
  },
]
