import type { Db } from '@fondasi/postgres'
import type { Logger } from 'pino'
import type { CatalogMetrics } from '../../metrics.ts'
import * as repository from './repository.ts'

/** A refresh may take a twentieth of the time: after one of 30 s the next is due in ten minutes. */
const restFactor = 20
/** Nothing is so urgent that it must be counted more often. */
const minRestMs = 15_000

/**
 * What search knows of all products together: vocabulary, spelling table, tiers. It is counted in the background;
 * a product is found by its own words at once, without any of it.
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
    // Read before counting: what is written meanwhile makes the next refresh due.
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
    /** @returns false when another process refreshes just now */
    refresh,

    /** Refreshes when something has changed and the last time is long enough ago for what it cost. */
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
