import { Counter, type Registry } from 'prom-client'

/** The business metrics of this service. */
export function createAuthMetrics(registry: Registry) {
  return {
    logins: new Counter({
      name: 'auth_logins_total',
      help: 'Sign-ins by outcome',
      labelNames: ['outcome'],
      registers: [registry],
    }),
    refreshes: new Counter({
      name: 'auth_refreshes_total',
      help: 'Refreshes by outcome; reuse means that a token was stolen or a client is broken',
      labelNames: ['outcome'],
      registers: [registry],
    }),
  }
}

export type AuthMetrics = ReturnType<typeof createAuthMetrics>
