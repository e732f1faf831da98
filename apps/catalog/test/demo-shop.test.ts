import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { demoProductId, demoProductIndex, writeDemoShop } from '../demo-shop/write.ts'
import { productSearch, products } from '../src/db/schema.ts'
import {
  type CatalogBackend,
  type CatalogInstance,
  createCatalogBackend,
  startCatalog,
} from './catalog-service.ts'

let backend: CatalogBackend
let catalog: CatalogInstance
beforeAll(async () => {
  backend = await createCatalogBackend()
  catalog = await startCatalog(backend)
})
afterAll(async () => {
  await catalog?.close()
  await backend?.close()
})

test('a larger shop adds only missing products, also a lost batch; changed and deleted ones stay so', async () => {
  const { db } = catalog.deps
  const count = () => db.$count(productSearch)
  const ignore = () => {}
  expect(await writeDemoShop(db, 600, ignore)).toBe(600)
  await db
    .update(products)
    .set({ titleEn: 'Mine' })
    .where(eq(products.id, demoProductId(3)))
  await db
    .update(products)
    .set({ deletedAt: new Date() })
    .where(eq(products.id, demoProductId(599)))
  const calls: number[] = []
  await writeDemoShop(db, 1_200, (written) => calls.push(written))
  expect(calls.at(-1)).toBe(1_200)
  expect(await count()).toBe(1_199)
  const [mine] = await db
    .select()
    .from(products)
    .where(eq(products.id, demoProductId(3)))
  expect(mine?.titleEn).toBe('Mine')

  await db.execute(sql`delete from products where id between ${demoProductId(500)} and ${demoProductId(999)}`)
  await writeDemoShop(db, 1_200, ignore)
  expect(await count()).toBe(1_200)
  expect(await writeDemoShop(db, 1_200, ignore)).toBe(0)
})

test('the id of a demo product contains its number', () => {
  for (const index of [0, 1, 4_999, 999_999]) expect(demoProductIndex(demoProductId(index))).toBe(index)
})
