import { afterAll, beforeEach } from 'vitest'
import { createCatalogBackend, startCatalog } from './catalog-service.ts'
import { createEditor } from './editor.ts'
import { createShop } from './shop.ts'

/**
 * What most test files need: one instance for all tests, with empty tables and an empty Redis before each. `shop` creates
 * products without HTTP, `ask` sends a request as an editor.
 *
 * @param env settings that differ from the usual ones
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
