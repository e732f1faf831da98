/** Names that dashboards and alert rules rely on. A rename here is a rename there. */
export const metricNames = {
  buildInfo: 'build_info',
  httpRequestDuration: 'http_request_duration_seconds',
  rateLimitFallback: 'rate_limit_fallback_total',
} as const
