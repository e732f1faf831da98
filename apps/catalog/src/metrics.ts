import { Counter, Gauge, type Registry } from 'prom-client'

/** The business metrics of this service. */
export function createCatalogMetrics(registry: Registry) {
  const metrics = {
    searches: new Counter({
      name: 'catalog_searches_total',
      help: 'Searches in the database by how they ended: found, corrected (a word was mended), nothing',
      labelNames: ['outcome'],
      registers: [registry],
    }),
    cacheReads: new Counter({
      name: 'catalog_cache_reads_total',
      help: 'Questions to the cache: hit, stale (served and renewed), miss, bypass (without Redis)',
      labelNames: ['outcome'],
      registers: [registry],
    }),
    cacheFills: new Counter({
      name: 'catalog_cache_fills_total',
      help: 'Answers that the database had to work out',
      registers: [registry],
    }),
    indexLag: new Gauge({
      name: 'catalog_search_index_lag_seconds',
      help: 'How long ago vocabulary and tiers were counted, when products were written since; else 0',
      registers: [registry],
    }),
  }
  // Each begins at 0: the first one of a kind is an increase, too.
  for (const outcome of ['found', 'corrected', 'nothing']) metrics.searches.inc({ outcome }, 0)
  for (const outcome of ['hit', 'stale', 'miss', 'bypass']) metrics.cacheReads.inc({ outcome }, 0)
  return metrics
}

export type CatalogMetrics = ReturnType<typeof createCatalogMetrics>
