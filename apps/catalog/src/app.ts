import { type Access, createProtectedService, type RoleTable, type ServiceDeps } from '@fondasi/access'
import type { Db } from '@fondasi/postgres'
import { type CursorCodec, createCursorCodec, type Service } from '@fondasi/service'
import type { Redis } from 'ioredis'
import type { Config } from './config.ts'
import { registerBrands } from './features/brands/routes.ts'
import { registerCacheHooks } from './features/cache/answer.ts'
import { type Cache, createCache } from './features/cache/service.ts'
import { registerCategories } from './features/categories/routes.ts'
import { type Changes, createChanges } from './features/events/changes.ts'
import { registerExport } from './features/export/routes.ts'
import { registerImports } from './features/imports/routes.ts'
import { registerListing } from './features/listing/routes.ts'
import { createListingService, type ListingService } from './features/listing/service.ts'
import { registerProducts } from './features/products/routes.ts'
import { createProductService, type ProductService } from './features/products/service.ts'
import { registerSearch } from './features/search/routes.ts'
import { registerSearchIndex } from './features/search-index/routes.ts'
import { registerSkus } from './features/skus/routes.ts'
import { registerSynonyms } from './features/synonyms/routes.ts'
import type { CatalogMetrics } from './metrics.ts'

/** What lives longer than a request: made in main.ts, handed down, closed there. */
export interface AppDeps extends ServiceDeps {
  config: Config
  catalogMetrics: CatalogMetrics
  db: Db
  /** For cached answers: may be another server, and may forget. */
  cacheRedis: Redis
}

/** What a feature gets: the process's dependencies, and what several features use. The rest it makes itself. */
export interface FeatureDeps extends AppDeps {
  access: Access
  cursors: CursorCodec
  cache: Cache
  changes: Changes
  products: ProductService
  listing: ListingService
}

/** Roles that mean something here. */
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
  const changes = createChanges(deps)
  const feature: FeatureDeps = {
    ...deps,
    access,
    cursors: createCursorCodec(deps.config.CURSOR_KEY, deps.clock),
    cache: createCache(deps),
    changes,
    products: createProductService({ ...deps, changes }),
    listing: createListingService(deps),
  }
  await app.register(
    async (v1: Service) => {
      registerCacheHooks(v1, feature.cache)
      await registerSearch(v1, feature)
      await registerListing(v1, feature)
      await registerProducts(v1, feature)
      await registerSkus(v1, feature)
      await registerCategories(v1, feature)
      await registerBrands(v1, feature)
      await registerSynonyms(v1, feature)
      await registerImports(v1, feature)
      await registerExport(v1, feature)
      await registerSearchIndex(v1, feature)
    },
    { prefix: '/v1' },
  )
  return { app, drain }
}
