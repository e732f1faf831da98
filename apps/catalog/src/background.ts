import { setTimeout as delay } from 'node:timers/promises'
import type { Metrics } from '@fondasi/metrics'
import { auditTopic, createRelay } from '@fondasi/outbox'
import type { Db } from '@fondasi/postgres'
import type { Logger } from 'pino'
import type { Config } from './config.ts'
import { categoryRenamedTopic, handleCategoryRenamed } from './features/categories/fan-out.ts'
import { storeEvent } from './features/events/repository.ts'
import type { ImportService } from './features/imports/service.ts'
import type { SearchIndex } from './features/search-index/service.ts'

/** A check costs a few look-ups; the search index itself decides whether a refresh is due. */
const checkEveryMs = 5_000

interface BackgroundDeps {
  db: Db
  config: Config
  log: Logger
  metrics: Metrics
  imports: ImportService
  searchIndex: SearchIndex
}

/**
 * The work outside requests: delivers the outbox (audit events, renamed categories), keeps vocabulary, spelling table
 * and tiers up to date with the products, and marks imports as failed whose process has died.
 */
export function createBackground({ db, config, log, metrics, imports, searchIndex }: BackgroundDeps) {
  const relay = createRelay({
    db,
    // Handlers that all wait for the database must leave connections to requests.
    concurrency: Math.max(1, Math.floor(config.DATABASE_POOL_SIZE / 2)),
    listenUrl: config.DATABASE_URL,
    log,
    registry: metrics.registry,
    handlers: {
      [auditTopic]: (message) => storeEvent(db, message),
      [categoryRenamedTopic]: (message) => handleCategoryRenamed(db, message),
    },
  })
  const stopping = new AbortController()
  let checking: Promise<void> | undefined

  async function checkRegularly(): Promise<void> {
    while (!stopping.signal.aborted) {
      await imports
        .failStale()
        .catch((error: unknown) => log.warn({ err: error }, 'failed to sweep stale imports; next try in 5 s'))
      await searchIndex
        .refreshWhenDue()
        .catch((error: unknown) =>
          log.warn({ err: error }, 'failed to refresh the search index; next try in 5 s'),
        )
      await delay(checkEveryMs, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }

  return {
    start(): void {
      relay.start()
      checking = checkRegularly()
    },
    async close(): Promise<void> {
      stopping.abort()
      await Promise.all([relay.stop(), checking])
    },
  }
}
