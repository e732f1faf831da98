import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { z } from 'zod'
import type { Cell, Source } from './source.ts'

const batchRows = 500
const responseTimeoutMs = 10_000

/** The fields of a row of the export that the report shows. */
const exported = z.object({
  sku: z.string(),
  title: z.object({ en: z.string() }),
  brand: z.string().nullable(),
  category: z.string(),
  stock: z.number().nullable(),
})

/**
 * The products in catalog's export, which is one snapshot. The export has no position to resume at, so an interrupted
 * report reads it again.
 *
 * @param options.token an access token of this service, as `createServiceToken` of the access package makes it
 */
export function createProductsSource(options: {
  catalogUrl: string
  token: (refused?: string) => Promise<string>
}): Source {
  return {
    title: 'Products',
    columns: [
      { name: 'sku', share: 2 },
      { name: 'title', share: 5 },
      { name: 'brand', share: 2 },
      { name: 'category', share: 3 },
      { name: 'stock', share: 1 },
    ],
    async *batches() {
      let rows: Cell[][] = []
      for await (const line of createInterface({ input: await openExport(options) })) {
        const { sku, title, brand, category, stock } = exported.parse(JSON.parse(line))
        rows.push([sku, title.en, brand, category, stock])
        if (rows.length < batchRows) continue
        yield { rows, after: undefined }
        rows = []
      }
      yield { rows, after: undefined }
    },
  }
}

async function openExport({
  catalogUrl,
  token,
}: Parameters<typeof createProductsSource>[0]): Promise<Readable> {
  const first = await token()
  const response = await request(catalogUrl, first)
  const final = response.status === 401 ? await request(catalogUrl, await token(first)) : response
  if (!final.ok || final.body === null)
    throw new Error(`catalog responded with ${final.status} to the export`)
  return Readable.fromWeb(final.body)
}

/** Limits the time until the response begins. The deadline of the job limits the rest. */
async function request(catalogUrl: string, token: string): Promise<Response> {
  const begun = new AbortController()
  const timer = setTimeout(() => begun.abort(new Error('catalog did not respond in time')), responseTimeoutMs)
  try {
    return await fetch(`${catalogUrl}/v1/products/export?format=ndjson`, {
      headers: { authorization: `Bearer ${token}` },
      signal: begun.signal,
    })
  } finally {
    clearTimeout(timer)
  }
}
