import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { fileURLToPath } from 'node:url'
import { type ServiceProcess, startServiceProcess, waitFor } from '@fondasi/testing'
import { sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import {
  asRole,
  type CatalogBackend,
  type CatalogInstance,
  catalogEnv,
  createCatalogBackend,
  startCatalog,
} from '../../../test/catalog-service.ts'
import { createShop } from '../../../test/shop.ts'
import { importRows, imports, products } from '../../db/schema.ts'
import { createImportService } from './service.ts'

// The service as a process of its own, so that it can be killed and weighed.
vi.setConfig({ testTimeout: 120_000 })

const entry = fileURLToPath(new URL('../../main.ts', import.meta.url))

let backend: CatalogBackend
let survivor: CatalogInstance
let service: ServiceProcess
let authorization: string

beforeAll(async () => {
  backend = await createCatalogBackend()
  survivor = await startCatalog(backend)
})
beforeEach(async () => {
  await backend.reset()
  await createShop(survivor.deps.db).category('phones')
  authorization = (await asRole(backend, 'admin')).authorization
  service = await startServiceProcess(entry, catalogEnv(backend))
})
afterEach(() => service.kill())
afterAll(async () => {
  await survivor?.close()
  await backend?.close()
})

const line = (index: number, more: object = {}) =>
  `${JSON.stringify({ sku: `S-${index}`, title: { en: `Phone ${index}`, id: `Ponsel ${index}` }, category: 'phones', ...more })}\n`

/** More than a service merges in the second that it takes to drain: a merge that has begun is still going on then. */
const manyRows = Array.from({ length: 20_000 }, (_, index) => line(index)).join('')

/** Opens the request; the body is the caller's to write. */
function open() {
  const request = httpRequest(`${service.url}/v1/imports`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/x-ndjson' },
  })
  request.on('error', () => {})
  const answered = once(request, 'response').then(([response]) => {
    response.resume()
    return { status: Number(response.statusCode), location: String(response.headers.location) }
  })
  answered.catch(() => {})
  return { request, answered }
}

const onlyImport = async () => (await survivor.deps.db.select().from(imports))[0]
const inState = (state: string) =>
  waitFor(
    async () => {
      const found = await onlyImport()
      return found?.state === state ? found : undefined
    },
    {
      timeoutMs: 60_000,
      what: `an import that is ${state}`,
    },
  )
async function nothingIsLeft() {
  expect(await survivor.deps.db.$count(products)).toBe(0)
  expect(await survivor.deps.db.$count(importRows)).toBe(0)
}

test('killed in the middle of the merge: nothing is applied, locks go, and another instance says so when asked', async () => {
  const { request, answered } = open()
  request.end(manyRows)
  const { status, location } = await answered
  expect(status).toBe(202)
  await waitFor(async () => ((await onlyImport())?.rowsMerged ?? 0) > 0, {
    timeoutMs: 60_000,
    what: 'progress',
  })
  await service.kill()
  await waitFor(
    async () => {
      const { rows } = await survivor.deps.db.execute<{ busy: number }>(
        sql`select count(*)::integer as busy from pg_stat_activity where datname = current_database()
          and application_name = 'catalog'`,
      )
      return rows[0]?.busy === 0
    },
    { timeoutMs: 15_000, what: 'the connections of the dead process to end' },
  )
  expect(await survivor.deps.db.$count(products)).toBe(0)

  const giveUpAfter = (ms: number) =>
    createImportService({ ...survivor.deps, clock: () => new Date(Date.now() + ms) }).giveUpSilent()
  await giveUpAfter(0)
  expect((await onlyImport())?.state).toBe('merging')
  await giveUpAfter(31_000)
  const asked = await survivor.app.inject({ url: location, headers: { authorization } })
  expect(asked.json()).toMatchObject({
    state: 'failed',
    failure: expect.stringMatching(/^interrupted/),
    products: { created: 0 },
  })
  await nothingIsLeft()
})

test('asked to stop in the middle of the merge: it stops at once and says so itself', async () => {
  const { request, answered } = open()
  request.end(manyRows)
  await answered
  await waitFor(async () => ((await onlyImport())?.rowsMerged ?? 0) > 0, {
    timeoutMs: 60_000,
    what: 'progress',
  })
  expect(await service.stop()).toBe(0)
  expect(await onlyImport()).toMatchObject({
    state: 'failed',
    failure: expect.stringMatching(/^interrupted/),
  })
  await nothingIsLeft()
})

test('a client that goes away in the middle of its body: failed, and nothing staged is left', async () => {
  const { request } = open()
  for (let index = 0; index < 10_000; index += 1) request.write(line(index))
  await waitFor(async () => ((await onlyImport())?.rowsRead ?? 0) > 0, {
    timeoutMs: 30_000,
    what: 'staged rows',
  })
  request.destroy()
  expect(await inState('failed')).toMatchObject({ failure: 'The body ended early' })
  await waitFor(async () => (await survivor.deps.db.$count(importRows)) === 0, {
    timeoutMs: 10_000,
    what: 'an empty staging table',
  })
  await nothingIsLeft()
})

test('a long stream, and a line of 100 MB, take no memory; who sends faster than it is staged waits', async () => {
  const memoryMb = async () =>
    Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${service.child.pid}/status`, 'utf8'))?.[1]) / 1024
  const send = async (pieces: Iterable<string>) => {
    const before = await memoryMb()
    let most = before
    const { request, answered } = open()
    let written = 0
    for (const piece of pieces) {
      if (!request.write(piece)) await once(request, 'drain')
      written += 1
      if (written % 64 === 0) most = Math.max(most, await memoryMb())
    }
    request.end()
    return { ...(await answered), grown: Math.max(most, await memoryMb()) - before }
  }
  // In a category that is not there: staged like any other row, and then no work for the merge.
  const description = { en: 'word '.repeat(1_600), id: '' }
  function* rowsOf(bytes: number) {
    for (let index = 0; index * 8_192 < bytes; index += 1)
      yield line(index, { description, category: 'none' })
  }
  function* oneLine() {
    for (let sent = 0; sent < 100 * 1024; sent += 64) yield 'x'.repeat(64 * 1024)
  }
  // Node's own growth in its first requests is no part of it.
  await send(rowsOf(8_000_000))
  await inState('done')
  const long = await send(oneLine())
  expect(long.status).toBe(202)
  expect(long.grown).toBeLessThan(100)
  const many = await send(rowsOf(40_000_000))
  expect(many.status).toBe(202)
  expect(many.grown).toBeLessThan(100)
})
