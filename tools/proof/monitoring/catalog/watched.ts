import { Client } from 'pg'
import type { WatchedApp } from '../drill.ts'

/** The advisory lock of the refresh (features/search-index/repository.ts). */
const refreshLock = 4_102_001

/** A search that finds, one with a typo, one without results, and a product that does not exist. */
const paths = [
  '/v1/products/search?q=kemeja&facets=true',
  '/v1/products/search?q=kemja',
  '/v1/products/search?q=qqqqqqqq',
  '/v1/products/01936f0e-8a3c-7cc2-9d1e-000000000000',
]

export const watchedCatalog: WatchedApp = {
  seedArguments: ['--scale', '200'],
  visitor: (url) => async () => {
    for (const path of paths) await (await fetch(`${url}${path}`)).body?.cancel()
  },
  drills: [
    {
      alerts: ['SearchIndexStale'],
      what: 'somebody holds the lock of the refresh, and the last refresh was a day ago',
      async break({ serviceOf }) {
        const holder = new Client(serviceOf('catalog').databaseUrl)
        await holder.connect()
        await holder.query('select pg_advisory_lock($1)', [refreshLock])
        await holder.query(
          "update search_index_state set refreshed_at = now() - interval '1 day', writes = -1",
        )
        // The lock ends with the session.
        return () => holder.end()
      },
    },
  ],
}
