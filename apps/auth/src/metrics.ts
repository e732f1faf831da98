import { Counter, type Registry } from 'prom-client'

/** The business metrics of this service. */
export function createAuthMetrics(registry: Registry) {
  return {
    logins: countOutcomes(registry, {
      name: 'auth_logins_total',
      help: 'Sign-ins by outcome',
      outcomes: ['success', 'wrong', 'throttled', 'password_off', 'disabled'],
    }),
    refreshes: countOutcomes(registry, {
      name: 'auth_refreshes_total',
      help: 'Refreshes by outcome; reuse means that a token was stolen or a client is broken',
      outcomes: ['rotated', 'replay', 'invalid', 'revoked', 'expired', 'reuse'],
    }),
  }
}

export type AuthMetrics = ReturnType<typeof createAuthMetrics>

/** A counter that exports every outcome as 0 from the start, because Prometheus sees no increase in a series that begins at 1. */
function countOutcomes<Outcome extends string>(
  registry: Registry,
  options: { name: string; help: string; outcomes: readonly Outcome[] },
): { inc(labels: { outcome: Outcome }): void } {
  const { name, help, outcomes } = options
  const counter = new Counter({ name, help, labelNames: ['outcome'], registers: [registry] })
  for (const outcome of outcomes) counter.inc({ outcome }, 0)
  return counter
}
