import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { expectStatus, expectThat } from './expectations.ts'
import type { Flow, SmokeContext } from './flow.ts'
import { field, textField } from './http-client.ts'

/** Imports run one after the other. After a first start, an import of tens of thousands of devices may run first. */
const importTimeoutMs = 300_000
const importPollMs = 100

/** A customer searches; an editor writes a product, imports a file and exports. */
export const catalogFlow: Flow = async (context) => {
  await discovery(context)
  await customer(context)
  const { accessToken, step } = context
  if (accessToken) await editor(context, await step('an access token', accessToken))
  else await step('skipped writing: there is no auth for a token', async () => {})
}

async function discovery({ http, step }: SmokeContext) {
  await step('ready, with a result for each dependency', async () => {
    const answer = expectStatus(await http('/readyz'), 200)
    expectThat(field(answer, 'status') === 'ok', 'expected the status ok')
  })
  await step('the API reference and its OpenAPI', async () => {
    expectStatus(await http('/docs/'), 200)
    expectThat(field(expectStatus(await http('/openapi.json'), 200), 'openapi') === '3.1.0', 'expected 3.1.0')
  })
}

async function customer({ http, step }: SmokeContext) {
  await step('search, with facets', async () => {
    const answer = expectStatus(await http('/v1/products/search?q=kemeja%20katun&facets=true'), 200)
    expectThat(Array.isArray(field(answer, 'items')), 'expected items')
    expectThat(typeof field(answer, 'facets') === 'object', 'expected facets')
  })
  await step('an invalid search returns a problem document', async () => {
    expectStatus(await http('/v1/products/search?q=-merah'), 400, 'pure_negation')
  })
  await step('writing needs a token', async () => {
    const answer = expectStatus(
      await http('/v1/products', { method: 'POST', body: {} }),
      401,
      'missing_token',
    )
    expectThat(
      answer.headers.get('www-authenticate') === 'Bearer realm="fondasi"',
      'expected a Bearer challenge with a realm',
    )
  })
}

async function editor({ http, step, baseUrl }: SmokeContext, token: string) {
  const word = randomBytes(4).toString('hex')
  const title = { en: `Smoke ${word}`, id: `Asap ${word}` }
  const anyVersion = { 'if-match': '*' }

  const category = await step('create a category', async () => {
    const body = { slug: `smoke-${word}`, name: title }
    return expectStatus(await http('/v1/categories', { method: 'POST', token, body }), 201)
  })
  const categoryId = textField(category, 'id')
  const product = await step('create a product with a SKU', async () => {
    const body = { title, categoryId, skus: [{ sku: `SMOKE-${word}-1` }] }
    return expectStatus(await http('/v1/products', { method: 'POST', token, body }), 201)
  })
  const path = `/v1/products/${textField(product, 'id')}`
  const bySku = (sku: string) => http(`/v1/products/by-sku/${sku}`)
  const firstFound = async (query: string) => {
    const found = expectStatus(await http(`/v1/products/search?q=${encodeURIComponent(query)}`), 200)
    return field(found, 'items.0.id')
  }

  await step('search finds it by another form of its SKU, and by its title', async () => {
    expectStatus(await bySku(`smoke${word}1`), 200)
    for (const query of [`smoke ${word} 1`, `asap ${word}`])
      expectThat((await firstFound(query)) === field(product, 'id'), `expected it first for ${query}`)
  })
  await step('change it with its ETag', async () => {
    const headers = { 'if-match': product.headers.get('etag') ?? '' }
    const call = { method: 'PATCH', token, headers, body: { rating: 4 } }
    expectStatus(await http(path, call), 200)
    expectStatus(await http(path, call), 412, 'precondition_failed')
    expectStatus(await http(path, { ...call, headers: {} }), 428, 'precondition_required')
  })
  await step('import a file with an invalid row', async () => {
    const good = { sku: `SMOKE-${word}-2`, title, category: `smoke-${word}` }
    const text = [good, { ...good, sku: `SMOKE-${word}-3`, category: 'nowhere' }]
      .map((row) => JSON.stringify(row))
      .join('\n')
    const accepted = await http('/v1/imports', { method: 'POST', token, ndjson: text })
    const id = textField(expectStatus(accepted, 202), 'id')
    const ended = await untilImported(() => http(`/v1/imports/${id}`, { token }))
    expectThat(field(ended, 'state') === 'done', 'expected the import to be done')
    expectThat(field(ended, 'products.created') === 1, 'expected one new product')
    const errors = expectStatus(await http(`/v1/imports/${id}/errors`, { token }), 200)
    expectThat(field(errors, 'items.0.line') === 2, 'expected an error of line 2')
  })
  await step('the export starts', async () => {
    // Only the start: a whole catalog may take minutes.
    const headers = { authorization: `Bearer ${token}` }
    const response = await fetch(`${baseUrl}/v1/products/export?format=ndjson`, { headers })
    const { value } = (await response.body?.getReader().read()) ?? {}
    expectThat(response.status === 200 && value?.at(0) === '{'.charCodeAt(0), 'expected a line of JSON')
  })
  await step('delete everything it created', async () => {
    const imported = textField(expectStatus(await bySku(`SMOKE-${word}-2`), 200), 'id')
    for (const each of [path, `/v1/products/${imported}`, `/v1/categories/${categoryId}`])
      expectStatus(await http(each, { method: 'DELETE', token, headers: anyVersion }), 204)
    expectStatus(await http(path), 404, 'product_not_found')
  })
}

/** Polls until the import has ended. @throws when that takes too long */
async function untilImported(ask: () => ReturnType<SmokeContext['http']>) {
  const giveUpAt = Date.now() + importTimeoutMs
  for (;;) {
    const answer = expectStatus(await ask(), 200)
    if (field(answer, 'finishedAt') !== null) return answer
    if (Date.now() > giveUpAt) throw new Error('the import did not end')
    await delay(importPollMs)
  }
}
