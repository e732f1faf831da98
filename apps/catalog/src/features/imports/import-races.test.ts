import { waitFor } from '@fondasi/testing'
import { expect, onTestFinished, test } from 'vitest'
import { startCatalog } from '../../../test/catalog-service.ts'
import { everything, ndjson, row, useImports } from '../../../test/import-requests.ts'
import { products } from '../../db/schema.ts'
import type { ImportDocument } from './schemas.ts'

const { backend, catalog, authorization, post, get, importFile, ended, exported } = await useImports()

test('the same file twice at once: one import creates the products, the other changes nothing', async () => {
  const sent = await Promise.all([post(everything), post(everything)])
  const done = await Promise.all(sent.map(({ headers }) => ended(String(headers.location))))
  expect(done.map(({ state }) => state)).toEqual(['done', 'done'])
  expect(new Set(done.map(({ products: { created } }) => created))).toEqual(new Set([0, 2]))
  expect((await catalog.deps.db.select().from(products)).map(({ version }) => version)).toEqual([1, 1])
})

test('a reader sees the products of a merge within a second, although a merge does not invalidate the cache', async () => {
  const seen = async () =>
    (await catalog.app.inject('/v1/products')).json<{ items: { title: { en: string } }[] }>().items.length
  expect(await seen()).toBe(0)
  const { headers } = await post(everything)
  // Reads all the time, so that an old response is always in the cache. What counts is when a read begins: how long it
  // takes depends on the machine.
  let doneAtMs = Number.POSITIVE_INFINITY
  for (let beganAtMs = performance.now(); (await seen()) === 0; beganAtMs = performance.now()) {
    expect(beganAtMs - doneAtMs).toBeLessThan(1_000)
    const { state } = (await get(String(headers.location))).json<ImportDocument>()
    if (state === 'done') doneAtMs = Math.min(doneAtMs, performance.now())
  }
})

test('imports of the same SKUs in opposite orders: each is done, and each product exists once', async () => {
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
  onTestFinished(() => other.close())
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
})

test('an export shows one snapshot while an import merges', async () => {
  const rows = Array.from({ length: 400 }, (_, index) => row(`S-${index}`, { stock: 1 }))
  await importFile(ndjson(...rows))
  const stocks = async () =>
    new Set([...(await exported('ndjson')).matchAll(/"stock":(\d)/g)].map(([, stock = '']) => stock))
  // The merge waits for this lock, so the first export is certain to see the old stock.
  const writer = await catalog.deps.pool.connect()
  onTestFinished(() => writer.release(true))
  await writer.query('begin')
  await writer.query('select from products for update')
  const sent = await post(ndjson(...rows.map((one) => ({ ...one, stock: 2 }))))
  const location = String(sent.headers.location)
  expect(await stocks()).toEqual(new Set(['1']))
  await writer.query('rollback')
  while (!['done', 'failed'].includes((await get(location)).json<ImportDocument>().state))
    expect((await stocks()).size).toBe(1)
  expect(await stocks()).toEqual(new Set(['2']))
})

test('PostgreSQL plans an import by its own rows, not by the statistics of an earlier one', async () => {
  const size = 3_000
  const { pool } = catalog.deps
  await pool.query(
    `insert into import_rows (import_id, line, row)
     select $1, line, jsonb_build_object('sku', line::text) from generate_series(1, $2::integer) as line`,
    ['01936f0e-8a3c-7cc2-9d1e-000000000001', size],
  )
  await pool.query(`
    insert into import_plan select import_id, line, uuidv7(), true, uuidv7(), true from import_rows`)
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
  // A plan that compares every pair of rows would read half of their square.
  expect(await waitFor(statistics, { what: 'statistics' })).toBeLessThan(size * 100)
})
