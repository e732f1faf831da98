import { afterAll, beforeEach } from 'vitest'
import { createCatalogBackend, startCatalog } from './catalog-service.ts'
import { createEditor } from './editor.ts'
import { createShop } from './shop.ts'

/**
 * What most test files need: one instance for all their tests, on tables and a Redis that are empty before each.
 * `env` is what it has other than usual, `shop` puts things on the shelves without HTTP, `ask` asks as an editor.
 */
export async function useCatalog(env: Record<string, string> = {}) {
  const backend = await createCatalogBackend()
  const catalog = await startCatalog(backend, env)
  beforeEach(() => backend.reset())
  afterAll(async () => {
    await catalog.close()
    await backend.close()
  })
  return { backend, catalog, shop: createShop(catalog.deps.db), ask: createEditor(backend, () => catalog) }
}
