import { waitFor } from '@fondasi/testing'
import { expect, test } from 'vitest'
import { startCatalog } from '../../../test/catalog-service.ts'
import { everything, ndjson, row, useImports } from '../../../test/import-requests.ts'
import { products } from '../../db/schema.ts'
import type { ImportDocument } from './schemas.ts'

const { backend, catalog, authorization, post, get, importFile, ended, exported } = await useImports()

test('the same file twice: one makes the products, the other changes nothing', async () => {
  const sent = await Promise.all([post(everything), post(everything)])
  const done = await Promise.all(sent.map(({ headers }) => ended(String(headers.location))))
  expect(done.map(({ state }) => state)).toEqual(['done', 'done'])
  expect(new Set(done.map(({ products: { created } }) => created))).toEqual(new Set([0, 2]))
  expect((await catalog.deps.db.select().from(products)).map(({ version }) => version)).toEqual([1, 1])
})

test('who reads sees what a merge in the background has made within a second, though nobody tells the cache', async () => {
  const seen = async () =>
    (await catalog.app.inject('/v1/products')).json<{ items: { title: { en: string } }[] }>().items.length
  expect(await seen()).toBe(0)
  const { headers } = await post(everything)
  // Asks all the time, so that an answer from before is always in the cache.
  let doneAtMs = 0
  while ((await seen()) === 0) {
    const { state } = (await get(String(headers.location))).json<ImportDocument>()
    if (state === 'done' && doneAtMs === 0) doneAtMs = performance.now()
    if (doneAtMs > 0) expect(performance.now() - doneAtMs).toBeLessThan(1_500)
  }
})

test('imports of the same SKUs in opposite orders: each comes to its end, and each product is there once', async () => {
  const rows = Array.from({ length: 300 }, (_, index) => row(`S-${index}`, { brand: `Brand ${index % 7}` }))
  const sent = await Promise.all(
    [rows, rows.toReversed(), rows.map((one) => ({ ...one, stock: 7 }))].map((file) => post(ndjson(...file))),
  )
  const done = await Promise.all(sent.map((response) => ended(String(response.headers.location))))
  expect(done.map(({ state }) => state)).toEqual(['done', 'done', 'done'])
  expect(done.reduce((sum, { products: { created } }) => sum + created, 0)).toBe(300)
  expect(await catalog.deps.db.$count(products)).toBe(300)
})

test('two instances merge one after the other', async () => {
  const other = await startCatalog(backend)
  try {
    const rows = Array.from({ length: 300 }, (_, index) => row(`S-${index}`))
    const [mine, theirs] = await Promise.all([
      post(ndjson(...rows)),
      other.app.inject({
        method: 'POST',
        url: '/v1/imports',
        headers: { authorization, 'content-type': 'application/x-ndjson' },
        payload: ndjson(...rows.toReversed()),
      }),
    ])
    const done = await Promise.all([mine, theirs].map(({ headers }) => ended(String(headers.location))))
    expect(new Set(done.map(({ products: { created } }) => created))).toEqual(new Set([0, 300]))
  } finally {
    await other.close()
  }
})

test('an export shows one moment, whatever an import does meanwhile', async () => {
  const rows = Array.from({ length: 400 }, (_, index) => row(`S-${index}`, { stock: 1 }))
  await importFile(ndjson(...rows))
  const sent = await post(ndjson(...rows.map((one) => ({ ...one, stock: 2 }))))
  const location = String(sent.headers.location)
  const seen = new Set<string>()
  while (!['done', 'failed'].includes((await get(location)).json<ImportDocument>().state)) {
    const stocks = new Set(
      [...(await exported('ndjson')).matchAll(/"stock":(\d)/g)].map(([, stock = '']) => stock),
    )
    expect(stocks.size).toBe(1)
    for (const stock of stocks) seen.add(stock)
  }
  expect(seen).toContain('1')
  expect(await exported('ndjson')).not.toContain('"stock":1')
})

test('an import is planned for its own rows, not for those of one that is long over', async () => {
  const size = 3_000
  const { pool } = catalog.deps
  await pool.query(
    `insert into import_rows (import_id, line, row)
     select $1, line, jsonb_build_object('sku', line::text) from generate_series(1, $2::integer) as line`,
    ['01936f0e-8a3c-7cc2-9d1e-000000000001', size],
  )
  await pool.query(`
    insert into import_plan
    select import_id, line, uuidv7(), true, uuidv7(), true, uuidv7(), true from import_rows`)
  await pool.query('select analyze_staged()')
  await pool.query('delete from import_rows')
  await pool.query('delete from import_plan')
  const read = async () => {
    const { rows } = await pool.query<{ tuples: string }>(
      `select sum(idx_tup_read) as tuples from pg_stat_user_indexes where relname in ('import_rows', 'import_plan')`,
    )
    return Number(rows[0]?.tuples)
  }
  const before = await read()
  await importFile(ndjson(...Array.from({ length: size }, (_, index) => row(`S-${index}`))))
  const statistics = async () => {
    const tuples = await read()
    return tuples > before ? tuples - before : undefined
  }
  // Row by row it would be half of their square.
  expect(await waitFor(statistics, { what: 'statistics' })).toBeLessThan(size * 100)
})
