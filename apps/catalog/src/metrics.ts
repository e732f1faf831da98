import { Counter, Gauge, type Registry } from 'prom-client'

/** The business metrics of this service. */
export function createCatalogMetrics(registry: Registry) {
  const metrics = {
    searches: new Counter({
      name: 'catalog_searches_total',
      help: 'Searches in the database by outcome: found, corrected (a misspelled word was corrected), nothing',
      labelNames: ['outcome'],
      registers: [registry],
    }),
    cacheReads: new Counter({
      name: 'catalog_cache_reads_total',
      help: 'Cache look-ups by outcome: hit, stale (served and renewed), miss, bypass (Redis unavailable)',
      labelNames: ['outcome'],
      registers: [registry],
    }),
    cacheFills: new Counter({
      name: 'catalog_cache_fills_total',
      help: 'Responses computed from the database',
      registers: [registry],
    }),
    indexLag: new Gauge({
      name: 'catalog_search_index_lag_seconds',
      help: 'Age of vocabulary and tiers in seconds when products have changed since; otherwise 0',
      registers: [registry],
    }),
  }
  // Start at 0, so that the first event of each kind counts as an increase.
  for (const outcome of ['found', 'corrected', 'nothing']) metrics.searches.inc({ outcome }, 0)
  for (const outcome of ['hit', 'stale', 'miss', 'bypass']) metrics.cacheReads.inc({ outcome }, 0)
  return metrics
}

export type CatalogMetrics = ReturnType<typeof createCatalogMetrics>
