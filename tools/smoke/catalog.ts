import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { type CatalogApi, createClient } from '@fondasi/client'
import { commonRoutes } from './common-routes.ts'
import { expectData, expectProblem, expectStatus, expectThat } from './expectations.ts'
import type { Flow, SmokeContext } from './flow.ts'

/** Imports run one after the other. After a first start, an import of tens of thousands of devices may run first. */
const importTimeoutMs = 300_000
const importPollMs = 100

/** A customer searches; an editor writes a product, imports a file and exports. */
export const catalogFlow: Flow = async (context) => {
  await commonRoutes(context)
  await customer(context)
  const { accessToken, step } = context
  if (accessToken) await editor(context, await step('an access token', accessToken))
  else await step('skipped writing: there is no auth for a token', async () => {})
}

async function customer({ step, ...context }: SmokeContext) {
  const catalog = createClient<CatalogApi>(context)
  await step('search, with facets', async () => {
    const query = { q: 'kemeja katun', facets: true }
    const found = expectData(await catalog.GET('/v1/products/search', { params: { query } }), 200)
    expectThat(Array.isArray(found.items), 'expected items')
    expectThat(found.facets !== undefined, 'expected facets')
  })
  await step('an invalid search returns a problem document', async () => {
    const params = { query: { q: '-merah' } }
    expectProblem(await catalog.GET('/v1/products/search', { params }), 400, 'pure_negation')
  })
  await step('writing needs a token', async () => {
    const body = { slug: 'refused', name: { en: 'Refused', id: 'Ditolak' } }
    const refused = await catalog.POST('/v1/categories', { body })
    expectProblem(refused, 401, 'missing_token')
    expectThat(
      refused.response.headers.get('www-authenticate') === 'Bearer realm="fondasi"',
      'expected a Bearer challenge with a realm',
    )
  })
}

async function editor({ step, ...context }: SmokeContext, token: string) {
  const catalog = createClient<CatalogApi>({ ...context, token: () => token })
  const word = randomBytes(4).toString('hex')
  const title = { en: `Smoke ${word}`, id: `Asap ${word}` }
  const anyVersion = { 'if-match': '*' }

  const category = await step('create a category', async () => {
    const body = { slug: `smoke-${word}`, name: title }
    return expectData(await catalog.POST('/v1/categories', { body }), 201)
  })
  const { product, etag } = await step('create a product with a SKU', async () => {
    const body = { title, categoryId: category.id, skus: [{ sku: `SMOKE-${word}-1` }] }
    const created = await catalog.POST('/v1/products', { body })
    return { product: expectData(created, 201), etag: created.response.headers.get('etag') ?? '' }
  })
  const bySku = async (sku: string) =>
    expectData(await catalog.GET('/v1/products/by-sku/{sku}', { params: { path: { sku } } }), 200)

  await step('search finds it by another form of its SKU, and by its title', async () => {
    await bySku(`smoke${word}1`)
    for (const q of [`smoke ${word} 1`, `asap ${word}`]) {
      const params = { query: { q } }
      const { items } = expectData(await catalog.GET('/v1/products/search', { params }), 200)
      expectThat(items[0]?.id === product.id, `expected it first for ${q}`)
    }
  })
  await step('change it with its ETag', async () => {
    const rate = (header: { 'if-match'?: string }) =>
      catalog.PATCH('/v1/products/{id}', { params: { path: product, header }, body: { rating: 4 } })
    expectStatus(await rate({ 'if-match': etag }), 200)
    expectProblem(await rate({ 'if-match': etag }), 412, 'precondition_failed')
    expectProblem(await rate({}), 428, 'precondition_required')
  })
  await step('import a file with an invalid row', async () => {
    const good = { sku: `SMOKE-${word}-2`, title, category: `smoke-${word}` }
    const rows = [good, { ...good, sku: `SMOKE-${word}-3`, category: 'nowhere' }]
    const body = rows.map((row) => JSON.stringify(row)).join('\n')
    const headers = { 'content-type': 'application/x-ndjson' }
    const bodySerializer = () => body
    const accepted = await catalog.POST('/v1/imports', { body, headers, bodySerializer })
    const params = { path: expectData(accepted, 202) }
    const ended = await untilEnded(async () =>
      expectData(await catalog.GET('/v1/imports/{id}', { params }), 200),
    )
    expectThat(ended.state === 'done', 'expected the import to be done')
    expectThat(ended.products.created === 1, 'expected one new product')
    const errors = expectData(await catalog.GET('/v1/imports/{id}/errors', { params }), 200)
    expectThat(errors.items[0]?.line === 2, 'expected an error of line 2')
  })
  await step('the export starts', async () => {
    // Only the start, and so not the whole text for a report: a whole catalog may take minutes.
    const { baseUrl } = context
    const catalog = createClient<CatalogApi>({ baseUrl, token: () => token })
    const params = { query: { format: 'ndjson' as const } }
    const exported = await catalog.GET('/v1/products/export', { params, parseAs: 'stream' })
    const { value } = (await expectData(exported, 200)?.getReader().read()) ?? {}
    expectThat(value?.at(0) === '{'.charCodeAt(0), 'expected a line of JSON')
  })
  await step('delete everything it created', async () => {
    const imported = await bySku(`SMOKE-${word}-2`)
    for (const path of [product, imported]) {
      const params = { path, header: anyVersion }
      expectStatus(await catalog.DELETE('/v1/products/{id}', { params }), 204)
    }
    const params = { path: category, header: anyVersion }
    expectStatus(await catalog.DELETE('/v1/categories/{id}', { params }), 204)
    const gone = await catalog.GET('/v1/products/{id}', { params: { path: product } })
    expectProblem(gone, 404, 'product_not_found')
  })
}

/** Polls until the import has ended. @throws when that takes too long */
async function untilEnded<Import extends { finishedAt: string | null }>(
  read: () => Promise<Import>,
): Promise<Import> {
  const giveUpAt = Date.now() + importTimeoutMs
  for (;;) {
    const found = await read()
    if (found.finishedAt !== null) return found
    if (Date.now() > giveUpAt) throw new Error('the import did not end')
    await delay(importPollMs)
  }
}
