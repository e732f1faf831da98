import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

/** The business metrics of this service. */
export function createCatalogMetrics(registry: Registry) {
  return {
    searches: new Counter({
      name: 'catalog_searches_total',
      help: 'Searches by how they ended: found, corrected (a word was mended), nothing',
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
    indexAge: new Gauge({
      name: 'catalog_search_index_refreshed_timestamp_seconds',
      help: 'When vocabulary and tiers were last counted, seconds since the epoch',
      registers: [registry],
    }),
  }
}

export type CatalogMetrics = ReturnType<typeof createCatalogMetrics>
