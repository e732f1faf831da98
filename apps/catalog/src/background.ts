import { setTimeout as delay } from 'node:timers/promises'
import type { AppDeps } from './app.ts'
import { createSearchIndex } from './features/search-index/service.ts'

/** Asking whether a refresh is due costs two look-ups; how often it runs is the search index's own rule. */
const checkEveryMs = 5_000

/** What the service does beside answering: keeps vocabulary, spelling table and tiers in step with the products. */
export function startBackground(deps: AppDeps): { close: () => Promise<void> } {
  const searchIndex = createSearchIndex(deps)
  const stopped = new AbortController()
  const refreshing = (async () => {
    while (!stopped.signal.aborted) {
      await searchIndex
        .refreshWhenDue()
        .catch((error: unknown) => deps.log.warn({ err: error }, 'the search index was not refreshed'))
      await delay(checkEveryMs, undefined, { signal: stopped.signal }).catch(() => undefined)
    }
  })()
  return {
    async close() {
      stopped.abort()
      await refreshing
    },
  }
}
