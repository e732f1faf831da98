import { Readable } from 'node:stream'
import { waitFor } from '@fondasi/testing'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { createEditor } from '../../../test/editor.ts'
import { ndjson, row, useImports } from '../../../test/import-requests.ts'
import { deletedSkus, imports } from '../../db/schema.ts'
import type { Product } from '../products/schemas.ts'
import { sweepDeletedSkus } from './repository.ts'

const { backend, catalog, post, importFile, ended, errorsOf, stored } = await useImports()
const ask = createEditor(backend, () => catalog)
const idOf = async (sku: string) => (await ask('GET', `/products/by-sku/${sku}`)).json<Product>().id

/** Sends a file, and runs `work` while its body arrives. */
async function importDuring(file: string, work: () => Promise<void>) {
  const known = await catalog.deps.db.$count(imports)
  async function* body() {
    yield file
    await waitFor(async () => (await catalog.deps.db.$count(imports)) > known, {
      what: 'the import to begin',
    })
    await work()
  }
  return ended(String((await post(Readable.from(body()))).headers.location))
}
const remove = async (path: string) =>
  expect((await ask('DELETE', path, undefined, { 'if-match': '*' })).statusCode).toBeLessThan(300)

test('a product that a request deletes while an import arrives stays deleted, whatever its rows say', async () => {
  await importFile(ndjson(row('A', { product: 'a' }), row('B'), row('C')))
  const [a, b] = [await idOf('A'), await idOf('B')]
  const file = ndjson(
    row('A'),
    { sku: 'B', stock: 1 },
    { sku: 'C', stock: 7 },
    row('NEW', { product: 'a' }),
    row('D'),
  )
  const done = await importDuring(file, async () => {
    await remove(`/products/${a}`)
    await remove(`/products/${b}`)
  })
  expect((await errorsOf(done)).map(({ sku, code }) => `${sku} ${code}`)).toEqual([
    'A changed_meanwhile',
    'B changed_meanwhile',
    'NEW changed_meanwhile',
  ])
  expect(await stored()).toMatchObject({ C: { stock: 7 }, D: {} })
  expect(Object.keys(await stored())).toHaveLength(2)
})

test('a SKU that a request deletes while an import arrives stays deleted', async () => {
  await importFile(ndjson(row('A', { product: 'a' }), { sku: 'B', product: 'a' }))
  const id = await idOf('A')
  const done = await importDuring(ndjson(row('B'), row('D')), () => remove(`/products/${id}/skus/B`))
  expect((await errorsOf(done)).map(({ sku, code }) => `${sku} ${code}`)).toEqual(['B changed_meanwhile'])
  expect(Object.keys(await stored()).toSorted()).toEqual(['A', 'D'])
})

test('an import that begins after the deletion creates the product again', async () => {
  await importFile(ndjson(row('A', { product: 'a' })))
  await remove(`/products/${await idOf('A')}`)
  expect(await importFile(ndjson(row('A', { product: 'a' })))).toMatchObject({ products: { created: 1 } })
})

test('deleted SKUs are kept while an import that began before may contain them, and for an hour', async () => {
  const { db } = catalog.deps
  const kept = async () => {
    await sweepDeletedSkus(db)
    return db.$count(deletedSkus)
  }
  await importFile(ndjson(row('A'), row('B')))
  await remove(`/products/${await idOf('A')}`)
  expect(await kept()).toBe(1)
  await db.execute(sql`update deleted_skus set deleted_at = now() - interval '2 hours'`)
  await db.execute(sql`update imports set state = 'merging', created_at = now() - interval '3 hours'`)
  expect(await kept()).toBe(1)
  await db.execute(sql`update imports set state = 'done'`)
  expect(await kept()).toBe(0)
})
