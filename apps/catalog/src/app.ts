import { createProtectedService, type RoleTable, type ServiceDeps } from '@fondasi/access'
import type { Db } from '@fondasi/postgres'
import { createCursorCodec, type Service } from '@fondasi/service'
import type { Redis } from 'ioredis'
import type { Config } from './config.ts'
import { registerAttributes } from './features/attributes/routes.ts'
import { createAttributeService } from './features/attributes/service.ts'
import { registerBrands } from './features/brands/routes.ts'
import { registerCacheHooks } from './features/cache/answer.ts'
import { createCache } from './features/cache/service.ts'
import { registerCategories } from './features/categories/routes.ts'
import { createCategoryService } from './features/categories/service.ts'
import { createChanges } from './features/events/changes.ts'
import { registerExport } from './features/export/routes.ts'
import { createExportService } from './features/export/service.ts'
import { registerImports } from './features/imports/routes.ts'
import type { ImportService } from './features/imports/service.ts'
import { registerListing } from './features/listing/routes.ts'
import { registerPriceLists } from './features/price-lists/routes.ts'
import { createPriceListService } from './features/price-lists/service.ts'
import { registerProducts } from './features/products/routes.ts'
import { createProductService } from './features/products/service.ts'
import { registerRelated } from './features/related/routes.ts'
import { registerSearch } from './features/search/routes.ts'
import { registerSearchIndex } from './features/search-index/routes.ts'
import type { SearchIndex } from './features/search-index/service.ts'
import { registerSkus } from './features/skus/routes.ts'
import { createSkuService } from './features/skus/service.ts'
import { registerSuggest } from './features/suggest/routes.ts'
import { registerSynonyms } from './features/synonyms/routes.ts'
import { createSynonymService } from './features/synonyms/service.ts'
import type { CatalogMetrics } from './metrics.ts'

/** What outlives a request: created in main.ts and create-catalog.ts, passed down, and closed there. */
export interface AppDeps extends ServiceDeps {
  config: Config
  catalogMetrics: CatalogMetrics
  db: Db
  /** For cached responses: may be another server, and may lose its data. */
  cacheRedis: Redis
  imports: ImportService
  searchIndex: SearchIndex
}

/** Roles and what they permit in this service. */
const roles: RoleTable = {
  admin: ['*:*'],
  editor: ['products:read', 'products:write', 'products:import'],
  viewer: ['products:read'],
}

/**
 * Builds the service from its dependencies: the features in reading order. Never listens, never reads the
 * environment, starts nothing that must be stopped.
 */
export async function buildApp(deps: AppDeps): Promise<{ app: Service; drain: () => void }> {
  const about = {
    name: 'catalog',
    version: '0.1.0',
    title: 'Catalog',
    description: 'Products, search, filters, facets and pages on PostgreSQL alone.',
  }
  const { app, access, drain } = await createProtectedService(about, roles, deps)

  const { config, log, clock, db, catalogMetrics, imports, searchIndex } = deps
  const publicUrl = config.PUBLIC_URL
  const cursors = createCursorCodec(config.CURSOR_KEY, clock)
  const cache = createCache(deps)
  const changes = createChanges({ db, clock })
  const writing = { db, changes, clock }
  const products = createProductService(writing)
  const skus = createSkuService(writing)
  const categories = createCategoryService(writing)
  const attributes = createAttributeService(writing)
  const priceLists = createPriceListService(writing)
  const synonyms = createSynonymService(writing)
  const exporter = createExportService({ db, config })

  await app.register(
    async (v1: Service) => {
      registerCacheHooks(v1, cache)
      await registerSearch(v1, { access, cache, catalogMetrics, cursors, db })
      await registerSuggest(v1, { cache, db })
      await registerListing(v1, { cache, cursors, db })
      await registerProducts(v1, { access, products, publicUrl })
      await registerSkus(v1, { access, publicUrl, skus })
      await registerRelated(v1, { cache, db })
      await registerCategories(v1, { access, categories, cursors, publicUrl })
      await registerBrands(v1, { db, cursors })
      await registerAttributes(v1, { access, attributes, cursors })
      await registerPriceLists(v1, { access, cursors, priceLists })
      await registerSynonyms(v1, { access, cursors, synonyms })
      await registerImports(v1, { access, cursors, imports })
      await registerExport(v1, { access, exporter, log })
      await registerSearchIndex(v1, { access, log, searchIndex })
    },
    { prefix: '/v1' },
  )
  return { app, drain }
}
