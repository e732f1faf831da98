import { setTimeout as delay } from 'node:timers/promises'
import type { AppDeps } from './app.ts'
import { createImportService } from './features/imports/service.ts'
import { createSearchIndex } from './features/search-index/service.ts'

/** Asking what is due costs a few look-ups; how often a refresh runs is the search index's own rule. */
const checkEveryMs = 5_000

/**
 * What the service does beside answering: keeps vocabulary, spelling table and tiers in step with the products, and
 * gives up imports whose process has died.
 */
export function startBackground(deps: AppDeps): { close: () => Promise<void> } {
  const searchIndex = createSearchIndex(deps)
  const imports = createImportService(deps)
  const stopped = new AbortController()
  const working = (async () => {
    while (!stopped.signal.aborted) {
      await imports
        .giveUpSilent()
        .catch((error: unknown) => deps.log.warn({ err: error }, 'silent imports were not given up'))
      await searchIndex
        .refreshWhenDue()
        .catch((error: unknown) => deps.log.warn({ err: error }, 'the search index was not refreshed'))
      await delay(checkEveryMs, undefined, { signal: stopped.signal }).catch(() => undefined)
    }
  })()
  return {
    async close() {
      stopped.abort()
      await working
    },
  }
}
