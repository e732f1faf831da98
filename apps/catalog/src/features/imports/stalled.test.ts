import { once } from 'node:events'
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import { waitFor } from '@fondasi/testing'
import { sql } from 'drizzle-orm'
import { expect, onTestFinished, test } from 'vitest'
import { asRole } from '../../../test/catalog-service.ts'
import { useCatalog } from '../../../test/use-catalog.ts'
import { importRows, imports, products } from '../../db/schema.ts'

// Clients that neither go on nor go away, on real sockets.
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

/** More than all buffers between the database and a reader hold. */
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

test('who sends nothing any more is cut off, and nothing staged is left', async () => {
  const request = open('POST', '/v1/imports')
  request.write('{"sku":"A-1"}\n')
  // Whether an answer still gets through is the network's luck.
  await once(request, 'close').catch(() => {})
  const ended = await waitFor(
    async () => {
      const [row] = await catalog.deps.db.select().from(imports)
      return row?.state === 'failed' ? row : undefined
    },
    { what: 'the import to fail' },
  )
  expect(ended.failure).toMatch(/Nothing came for 1 s/)
  expect(await catalog.deps.db.$count(importRows)).toBe(0)
  expect(await catalog.deps.db.$count(products)).toBe(0)
})

test('who takes nothing any more holds its connection for a while only; others are told to come back', async () => {
  await fillShop()
  const request = open('GET', '/v1/products/export')
  request.end()
  const [response]: IncomingMessage[] = await once(request, 'response')
  response?.on('error', () => {})
  await waitFor(async () => (await snapshots()) === 1, { what: 'the reader to stall' })

  const ask = () => catalog.app.inject({ url: '/v1/products/export', headers: { authorization } })
  const busy = await ask()
  expect(busy.json()).toMatchObject({ status: 429, code: 'exports_busy' })
  expect(busy.headers['retry-after']).toBe('30')

  const next = await waitFor(
    async () => {
      const answer = await ask()
      return answer.statusCode === 200 ? answer : undefined
    },
    { what: 'its place to be free, while it still takes nothing' },
  )
  expect(next.body.trimEnd().split('\n')).toHaveLength(2_000)
  expect(await snapshots()).toBe(0)
  // What comes then is not the whole file, and says so by ending without its end.
  response?.resume()
  await expect(once(response ?? request, 'end')).rejects.toThrow('aborted')
})
