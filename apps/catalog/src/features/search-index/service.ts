import type { Db } from '@fondasi/postgres'
import type { Logger } from 'pino'
import type { CatalogMetrics } from '../../metrics.ts'
import * as repository from './repository.ts'

/** Refreshes may take a twentieth of the time: after one of 30 s, the next is due in ten minutes. */
const restFactor = 20
/** The shortest pause between refreshes. */
const minRestMs = 15_000

export type SearchIndex = ReturnType<typeof createSearchIndex>

/**
 * What search knows about all products together: vocabulary, spelling table and tiers. A background job refreshes it.
 * Search finds a new product by its own words at once, without a refresh.
 */
export function createSearchIndex(deps: {
  db: Db
  log: Logger
  clock: () => Date
  catalogMetrics: CatalogMetrics
}) {
  const { db, log, clock, catalogMetrics } = deps

  async function refresh(): Promise<boolean> {
    const startedAt = clock()
    // Read before counting, so that writes during the refresh make the next one due.
    const writes = await repository.readWrites(db)
    const wasOurs = await repository.withRefreshLock(db, async (tx) => {
      await repository.countWords(tx)
      await repository.updateDeletes(tx)
      await repository.updateTiers(tx)
      const durationMs = clock().getTime() - startedAt.getTime()
      await repository.writeState(tx, { refreshedAt: startedAt, durationMs, writes })
    })
    if (!wasOurs) return false
    await repository.cleanPendingLists(db)
    log.info({ durationMs: clock().getTime() - startedAt.getTime() }, 'search index is refreshed')
    return true
  }

  return {
    /** @returns false when another process is refreshing */
    refresh,

    /** Refreshes when products have changed and the pause since the last refresh fits its duration. */
    async refreshWhenDue(): Promise<void> {
      const state = await repository.readState(db)
      const restMs = Math.max(minRestMs, restFactor * (state?.durationMs ?? 0))
      const ageMs = clock().getTime() - (state?.refreshedAt?.getTime() ?? 0)
      const isStale = (await repository.readWrites(db)) !== state?.writes
      catalogMetrics.indexLag.set(isStale ? ageMs / 1000 : 0)
      if (isStale && ageMs >= restMs) await refresh()
    },

    async read() {
      const state = await repository.readState(db)
      const writes = await repository.readWrites(db)
      return {
        refreshedAt: state?.refreshedAt ?? null,
        durationMs: state?.durationMs ?? null,
        products: state?.products ?? 0,
        words: state?.words ?? 0,
        isStale: writes !== state?.writes,
      }
    },
  }
}
