import { once } from 'node:events'
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import { waitFor } from '@fondasi/testing'
import { sql } from 'drizzle-orm'
import { expect, onTestFinished, test } from 'vitest'
import { asRole, startCatalog } from '../../../test/catalog-service.ts'
import { useCatalog } from '../../../test/use-catalog.ts'
import { importRows, imports, products } from '../../db/schema.ts'

// Clients that neither continue nor leave, on real sockets.
const { backend, catalog, shop } = await useCatalog({
  TRANSFER_STALLED_SECONDS: '1',
  DATABASE_POOL_SIZE: '2',
})
const origin = await catalog.app.listen({ port: 0, host: '127.0.0.1' })
const { authorization } = await asRole(backend, 'admin')

function open(method: string, path: string): ClientRequest {
  const request = httpRequest(`${origin}${path}`, {
    method,
    headers: { authorization, 'content-type': 'application/x-ndjson' },
  })
  request.on('error', () => {})
  onTestFinished(() => void request.destroy())
  return request
}

/** More data than all buffers between the database and a client hold. */
async function fillShop(): Promise<void> {
  const categoryId = await shop.category('phones')
  await catalog.deps.db.execute(sql`
    with made as (
      insert into products (category_id, title_en, title_id, description_en, created_at, updated_at)
      select ${categoryId}, 'Phone', 'Ponsel', repeat('word ', 2000), now(), now() from generate_series(1, 2000)
      returning id
    ) insert into skus (product_id, sku) select id, id::text from made`)
}
const snapshots = async () => {
  const { rows } = await catalog.deps.db.execute<{ count: number }>(sql`
    select count(*)::integer as count from pg_stat_activity
    where datname = current_database() and state like 'idle in transaction%'`)
  return rows[0]?.count ?? 0
}

test('a client that stops sending is disconnected, and nothing stays staged', async () => {
  const request = open('POST', '/v1/imports')
  request.write('{"sku":"A-1"}\n')
  // The response may or may not arrive before the connection closes.
  await once(request, 'close').catch(() => {})
  const ended = await waitFor(
    async () => {
      const [row] = await catalog.deps.db.select().from(imports)
      return row?.state === 'failed' ? row : undefined
    },
    { timeoutMs: 30_000, what: 'the import to fail' },
  )
  expect(ended.failure).toMatch(/No bytes arrived for 1 s/)
  expect(await catalog.deps.db.$count(importRows)).toBe(0)
  expect(await catalog.deps.db.$count(products)).toBe(0)
})

test('a client that stops reading an export loses its connection to PostgreSQL, and the next export gets it', async () => {
  await fillShop()
  const request = open('GET', '/v1/products/export')
  request.end()
  const [response]: IncomingMessage[] = await once(request, 'response')
  response?.on('error', () => {})

  const next = await waitFor(
    async () => {
      const answer = await catalog.app.inject({ url: '/v1/products/export', headers: { authorization } })
      return answer.statusCode === 200 ? answer : undefined
    },
    { timeoutMs: 30_000, what: 'the next export, while the first client still reads nothing' },
  )
  expect(next.body.trimEnd().split('\n')).toHaveLength(2_000)
  expect(await snapshots()).toBe(0)
  // The first client sees that its file is incomplete, because the connection breaks.
  response?.resume()
  await expect(once(response ?? request, 'end')).rejects.toThrow('aborted')
})

test('while half of the connections serve exports, another export is refused with 429 and Retry-After', async () => {
  await fillShop()
  const patient = await startCatalog(backend, { DATABASE_POOL_SIZE: '2' })
  onTestFinished(() => patient.close())
  const reading = httpRequest(
    `${await patient.app.listen({ port: 0, host: '127.0.0.1' })}/v1/products/export`,
    {
      headers: { authorization },
    },
  )
  reading.on('error', () => {})
  reading.end()
  const [response]: IncomingMessage[] = await once(reading, 'response')
  response?.on('error', () => {})
  const refused = await patient.app.inject({ url: '/v1/products/export', headers: { authorization } })
  expect(refused.json()).toMatchObject({ status: 429, code: 'exports_busy' })
  expect(refused.headers['retry-after']).toBe('30')
  reading.destroy()
})
