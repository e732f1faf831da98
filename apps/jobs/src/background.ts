import type { Metrics } from '@fondasi/metrics'
import { auditTopic, createRelay } from '@fondasi/outbox'
import type { Logger } from 'pino'
import type { Config } from './config.ts'
import type { Core } from './create-core.ts'
import { storeEvent } from './features/events/repository.ts'
import { createRetention } from './features/retention/retention.ts'

/**
 * The work of the API outside requests. It dispatches and reconciles like every process, stores audit events, and deletes jobs
 * after their retention.
 */
export function createBackground(deps: { core: Core; config: Config; log: Logger; metrics: Metrics }) {
  const { core, config, log, metrics } = deps
  const { db } = core
  const retention = createRetention({ db, log })
  const relay = createRelay({
    db,
    listenUrl: config.DATABASE_URL,
    log,
    registry: metrics.registry,
    handlers: { [auditTopic]: (message) => storeEvent(db, message) },
  })
  return {
    start(): void {
      core.start()
      relay.start()
      retention.start()
    },
    async close(): Promise<void> {
      await Promise.all([retention.stop(), relay.stop(), core.stop()])
    },
  }
}
