import { waitFor } from '@fondasi/testing'
import { isNull } from 'drizzle-orm'
import { afterAll, beforeEach, expect } from 'vitest'
import { attributes, imports, products } from '../src/db/schema.ts'
import type { ImportDocument } from '../src/features/imports/schemas.ts'
import { asRole, createCatalogBackend, startCatalog } from './catalog-service.ts'
import { createShop } from './shop.ts'

export const row = (sku: string, more: object = {}) => ({
  sku,
  title: { en: `Phone ${sku}`, id: `Ponsel ${sku}` },
  category: 'phones',
  ...more,
})
export const ndjson = (...rows: object[]) => rows.map((value) => JSON.stringify(value)).join('\n')

/** Three SKUs of two products with every kind of value; a spreadsheet would run some of them as formulas. */
export const everything = ndjson(
  row('A-1', {
    product: 'family',
    brand: 'Senja',
    description: { en: 'Line one\nline "two"', id: 'Satu; dua, tiga' },
    attributes: { color: '=1+1', memory_gb: 8.5, dual_sim: true },
    rating: 4.6,
    popularity: 12,
    gtin: '8991234567898',
    modelNumbers: ['SM-S921B', "'=x"],
    options: { size: '-M' },
    stock: 3,
    prices: { 'retail-idr': 12_990_000, 'retail-usd': 899 },
  }),
  row('A-2', { product: 'family', options: { size: 'L' }, prices: { 'retail-idr': 5 } }),
  row('B-1', { title: { en: '@home', id: "'+62" }, brand: 'SENJA' }),
)

/**
 * One instance with a category and attributes, and the requests that tests of imports send. Bodies may have up to 2 MB.
 */
export async function useImports() {
  const backend = await createCatalogBackend()
  const catalog = await startCatalog(backend, { IMPORT_MAX_BYTES: '2000000' })
  const { authorization } = await asRole(backend, 'admin')
  beforeEach(async () => {
    await waitFor(async () => (await catalog.deps.db.$count(imports, isNull(imports.finishedAt))) === 0, {
      timeoutMs: 60_000,
      what: 'the imports of the last test to end',
    })
    await backend.reset()
    await createShop(catalog.deps.db).category('phones')
    await catalog.deps.db.insert(attributes).values([
      { code: 'color', type: 'text', nameEn: 'Color', nameId: 'Warna' },
      { code: 'memory_gb', type: 'number', nameEn: 'Memory', nameId: 'Memori' },
      { code: 'dual_sim', type: 'boolean', nameEn: 'Dual SIM', nameId: 'Sim ganda' },
    ])
  })
  afterAll(async () => {
    await catalog.close()
    await backend.close()
  })

  const post = (payload: string | Buffer, type = 'application/x-ndjson', headers: object = {}) =>
    catalog.app.inject({
      method: 'POST',
      url: '/v1/imports',
      headers: { authorization, 'content-type': type, ...headers },
      payload,
    })
  const get = (url: string, headers: object = {}) =>
    catalog.app.inject({ url, headers: { authorization, ...headers } })

  /** Imports a file and waits until it is done or failed. */
  async function importFile(payload: string | Buffer, type?: string): Promise<ImportDocument> {
    const response = await post(payload, type)
    expect(response.statusCode, response.body).toBe(202)
    return ended(String(response.headers.location))
  }
  function ended(location: string): Promise<ImportDocument> {
    return waitFor(
      async () => {
        const found = (await get(location)).json<ImportDocument>()
        return ['done', 'failed'].includes(found.state) ? found : undefined
      },
      { timeoutMs: 60_000, what: 'the end of the import' },
    )
  }
  const errorsOf = async ({ id }: ImportDocument) =>
    (await get(`/v1/imports/${id}/errors`)).json<{
      items: { line: number; code: string; detail: string }[]
    }>().items
  const exported = async (format: 'ndjson' | 'csv') =>
    (await get(`/v1/products/export?format=${format}`)).body
  const versions = async () =>
    (await catalog.deps.db.select().from(products)).map(({ id, version }) => `${id} ${version}`).toSorted()

  return { backend, catalog, authorization, post, get, importFile, ended, errorsOf, exported, versions }
}
