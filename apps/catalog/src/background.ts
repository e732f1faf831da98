import { setTimeout as delay } from 'node:timers/promises'
import { auditTopic, createRelay } from '@fondasi/outbox'
import type { AppDeps } from './app.ts'
import { categoryRenamedTopic, handleCategoryRenamed } from './features/categories/fan-out.ts'
import { storeEvent } from './features/events/repository.ts'
import { createImportService } from './features/imports/service.ts'
import { createSearchIndex } from './features/search-index/service.ts'

/** Asking what is due costs a few look-ups; how often a refresh runs is the search index's own rule. */
const checkEveryMs = 5_000

/**
 * What the service does beside answering: delivers the outbox (audit events, renamed categories), keeps vocabulary,
 * spelling table and tiers in step with the products, and gives up imports whose process has died.
 */
export function startBackground(deps: AppDeps): { close: () => Promise<void> } {
  const { db, config, log, metrics } = deps
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
  relay.start()

  const searchIndex = createSearchIndex(deps)
  const imports = createImportService(deps)
  const stopped = new AbortController()
  const working = (async () => {
    while (!stopped.signal.aborted) {
      await imports
        .giveUpSilent()
        .catch((error: unknown) => log.warn({ err: error }, 'silent imports were not given up'))
      await searchIndex
        .refreshWhenDue()
        .catch((error: unknown) => log.warn({ err: error }, 'the search index was not refreshed'))
      await delay(checkEveryMs, undefined, { signal: stopped.signal }).catch(() => undefined)
    }
  })()
  return {
    async close() {
      stopped.abort()
      await Promise.all([relay.stop(), working])
    },
  }
}
