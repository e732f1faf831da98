import { createTokenSources } from '@fondasi/access'
import type { Metrics } from '@fondasi/metrics'
import { createDb } from '@fondasi/postgres'
import type { Redis } from 'ioredis'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { type AppDeps, buildApp } from './app.ts'
import { createBackground } from './background.ts'
import type { Config } from './config.ts'
import { createImportService } from './features/imports/service.ts'
import { createSearchIndex } from './features/search-index/service.ts'
import { createCatalogMetrics } from './metrics.ts'

/** What differs between a process (main.ts) and an instance in a test. */
export interface CatalogParts {
  config: Config
  log: Logger
  metrics: Metrics
  clock: () => Date
  pool: Pool
  redis: Redis
  cacheRedis: Redis
}

/**
 * Composes the service, the same in a process as in a test: everything that outlives a request is made here, in the
 * order in which it is needed. `close` closes it in the reverse order; whoever made the parts closes them.
 *
 * The background work does not start by itself, because most tests look at what it would process.
 */
export async function createCatalog(parts: CatalogParts) {
  const { config, log, metrics, clock, pool } = parts
  const db = createDb(pool)
  const catalogMetrics = createCatalogMetrics(metrics.registry)
  const tokens = createTokenSources(parts)
  const deps: AppDeps = {
    ...parts,
    db,
    catalogMetrics,
    imports: createImportService({ db, log, clock, config }),
    searchIndex: createSearchIndex({ db, log, clock, catalogMetrics }),
    ...tokens,
  }
  const background = createBackground(deps)
  const { app, drain } = await buildApp(deps)
  return {
    app,
    deps,
    background,
    drain,
    async close() {
      await app.close()
      await background.close()
      await tokens.close()
    },
  }
}
