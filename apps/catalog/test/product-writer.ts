import { waitFor } from '@fondasi/testing'
import { beforeEach, expect } from 'vitest'
import { attributes } from '../src/db/schema.ts'
import type { Product } from '../src/features/products/schemas.ts'
import { useCatalog } from './use-catalog.ts'

export const price = (amount: number) => [{ amount, currency: 'IDR', priceList: 'retail-idr' }]

/** An instance with a category and two attributes, and the requests that tests about writing products send. */
export async function useProductWriter() {
  const { backend, catalog, shop, ask } = await useCatalog()
  let categoryId = ''
  beforeEach(async () => {
    categoryId = await shop.category('fashion', { en: 'Fashion', id: 'Busana' })
    await catalog.deps.db.insert(attributes).values([
      { code: 'color', type: 'text', nameEn: 'Colour', nameId: 'Warna' },
      { code: 'weight_g', type: 'number', nameEn: 'Weight', nameId: 'Berat' },
    ])
  })
  /** A body for POST. */
  const shirt = (more: object = {}) => ({
    title: { en: 'Cotton shirt', id: 'Kemeja katun' },
    brand: 'Senja',
    categoryId,
    attributes: { color: 'navy', weight_g: 210 },
    skus: [{ sku: 'KMJ-204', stock: 3, prices: price(12_990_000) }],
    ...more,
  })
  const create = (more: object = {}, headers: Record<string, string> = {}) =>
    ask('POST', '/products', shirt(more), headers)
  return {
    backend,
    catalog,
    ask,
    shirt,
    create,
    categoryId: () => categoryId,
    /** A body for PUT: the product without its SKUs. */
    fields: (more: object = {}) => ({ ...shirt(), skus: undefined, ...more }),
    async created(more: object = {}): Promise<Product> {
      const response = await create(more)
      expect(response.statusCode, response.body).toBe(201)
      return response.json<Product>()
    },
    /** Imports one row and waits until it is merged. */
    async imported(row: object): Promise<void> {
      const type = { 'content-type': 'application/x-ndjson' }
      const { headers } = await ask('POST', '/imports', JSON.stringify(row), type)
      const path = String(headers.location).replace(/^.*\/v1/, '')
      const isDone = async () => (await ask('GET', path)).json<{ state: string }>().state === 'done'
      await waitFor(isDone, { timeoutMs: 60_000, what: 'the end of the import' })
    },
    /** The ids of the products that a search finds. */
    async found(q: string, filters = ''): Promise<string[]> {
      const response = await catalog.app.inject(`/v1/products/search?q=${encodeURIComponent(q)}${filters}`)
      return response.json<{ items: { id: string }[] }>().items.map(({ id }) => id)
    },
    async count(table: string): Promise<number> {
      const { rows } = await catalog.deps.pool.query<{ n: string }>(`select count(*) as n from ${table}`)
      return Number(rows[0]?.n)
    },
  }
}

export const unknownProductId = '01936f0e-8a3c-7cc2-9d1e-000000000000'
