/** Names that dashboards and alert rules use. When you rename one here, rename it there. */
export const metricNames = {
  buildInfo: 'build_info',
  httpRequestDuration: 'http_request_duration_seconds',
  rateLimitFallback: 'rate_limit_fallback_total',
} as const
