import { PassThrough } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { createMigratedDatabase, type OwnServer, startOwnPostgres, waitFor } from '@fondasi/testing'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  asRole,
  type CatalogBackend,
  type CatalogInstance,
  createCatalogBackend,
  startCatalog,
} from '../../../test/catalog-service.ts'
import { holdMerges } from '../../../test/held-merge.ts'
import { createShop } from '../../../test/shop.ts'
import { imports, products } from '../../db/schema.ts'
import { createImportService } from './service.ts'

// A PostgreSQL server for this file alone, which the tests kill (kill -9) and start again.

let backend: CatalogBackend
let postgres: OwnServer
let catalog: CatalogInstance
let authorization: string
beforeAll(async () => {
  backend = await createCatalogBackend()
  postgres = await startOwnPostgres()
  const migrationsFolder = fileURLToPath(new URL('../../../migrations', import.meta.url))
  const { runtimeUrl } = await createMigratedDatabase({
    adminUrl: postgres.url,
    name: 'catalog',
    migrationsFolder,
  })
  const adminUrl = new URL(postgres.url)
  adminUrl.pathname = '/catalog'
  await holdMerges(adminUrl.href)
  catalog = await startCatalog(backend, { DATABASE_URL: runtimeUrl })
  await createShop(catalog.deps.db).category('phones')
})
beforeEach(async () => {
  authorization = (await asRole(backend, 'admin')).authorization
  await catalog.deps.db.delete(imports)
  await catalog.deps.db.delete(products)
})
afterAll(async () => {
  await catalog?.close()
  await postgres?.stop()
  await backend?.close()
})

const lines = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => {
    const name = `Phone ${from + index}`
    return `${JSON.stringify({ sku: `S-${from + index}`, title: { en: name, id: name }, category: 'phones' })}\n`
  }).join('')
const post = (payload: string | PassThrough) =>
  catalog.app.inject({
    method: 'POST',
    url: '/v1/imports',
    headers: { authorization, 'content-type': 'application/x-ndjson' },
    payload,
  })
const onlyImport = async () => (await catalog.deps.db.select().from(imports))[0]
const ended = () =>
  waitFor(
    async () => {
      const found = await onlyImport()
      return found?.finishedAt ? found : undefined
    },
    { timeoutMs: 60_000, what: 'the end of the import' },
  )
/** Kills PostgreSQL and starts it again, whatever happens in between. */
async function crash(meanwhile: () => Promise<void> = async () => {}) {
  await postgres.kill()
  try {
    await meanwhile()
  } finally {
    await postgres.restart()
  }
}
async function nextImportWorks() {
  await catalog.deps.db.delete(imports)
  expect((await post(lines(0, 10))).statusCode).toBe(202)
  expect(await ended()).toMatchObject({ state: 'done', productsCreated: 10 })
}

test('PostgreSQL crashes while a file is received: the lost rows fail the import, and nothing is applied', async () => {
  const body = new PassThrough()
  const answer = post(body)
  body.write(lines(0, 6_000))
  await waitFor(async () => ((await onlyImport())?.rowsRead ?? 0) > 0, {
    timeoutMs: 60_000,
    what: 'staged rows',
  })
  await crash()
  body.end(lines(6_000, 100))

  expect((await answer).statusCode).toBe(202)
  expect(await ended()).toMatchObject({
    state: 'failed',
    failure: expect.stringMatching(/nothing was changed/),
  })
  expect(await catalog.deps.db.$count(products)).toBe(0)
  await nextImportWorks()
})

test('PostgreSQL crashes during the merge: nothing is applied, and the import is marked as failed', async () => {
  const { headers } = await post(lines(0, 2_000))
  await waitFor(async () => ((await onlyImport())?.rowsMerged ?? 0) > 0, {
    timeoutMs: 60_000,
    what: 'the first batch to be merged',
  })
  const ask = () => catalog.app.inject({ url: String(headers.location), headers: { authorization } })
  await crash(async () => expect((await ask()).statusCode).toBe(503))

  expect(await catalog.deps.db.$count(products)).toBe(0)
  const later = () => new Date(Date.now() + 31_000)
  await createImportService({ ...catalog.deps, clock: later }).failStale()
  expect((await ask()).json()).toMatchObject({
    state: 'failed',
    // This process may notice the end of the crash before the sweep does.
    failure: expect.stringMatching(/nothing was changed/),
    products: { created: 0, updated: 0 },
  })
  await nextImportWorks()
})
