import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

/** The business metrics of this service. */
export function createCatalogMetrics(registry: Registry) {
  return {
    searches: new Counter({
      name: 'catalog_searches_total',
      help: 'Searches in the database by how they ended: found, corrected (a word was mended), nothing',
      labelNames: ['outcome'],
      registers: [registry],
    }),
    searchDuration: new Histogram({
      name: 'catalog_search_seconds',
      help: 'Time in the database per search, by strategy',
      labelNames: ['strategy'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
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
    indexAge: new Gauge({
      name: 'catalog_search_index_refreshed_timestamp_seconds',
      help: 'When vocabulary and tiers were last counted, seconds since the epoch',
      registers: [registry],
    }),
  }
}

export type CatalogMetrics = ReturnType<typeof createCatalogMetrics>
