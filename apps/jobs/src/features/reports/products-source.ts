import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { request } from 'undici'
import { z } from 'zod'
import type { Cell, Source } from './report.ts'

const batchRows = 500
/** Until the response begins. The deadline of the job limits the rest. */
const responseTimeoutMs = 10_000

/** The fields of a row of the export that the report shows. */
const exported = z.object({
  sku: z.string(),
  title: z.object({ en: z.string() }),
  brand: z.string().nullable(),
  category: z.string(),
  stock: z.number().nullable(),
})

interface ProductsOptions {
  catalogUrl: string
  /** Makes an access token of this service, as `createServiceToken` of the access package does. */
  token: (refused?: string) => Promise<string>
}

/**
 * The products in catalog's export, which is one snapshot. The export has no position to resume at, so an interrupted
 * report reads it again.
 */
export function createProductsSource(options: ProductsOptions): Source {
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

async function openExport({ catalogUrl, token }: ProductsOptions): Promise<Readable> {
  const send = (bearer: string) =>
    request(`${catalogUrl}/v1/products/export?format=ndjson`, {
      headers: { authorization: `Bearer ${bearer}` },
      headersTimeout: responseTimeoutMs,
    })
  const first = await token()
  let response = await send(first)
  if (response.statusCode === 401) {
    await response.body.dump()
    response = await send(await token(first))
  }
  if (response.statusCode !== 200)
    throw new Error(`catalog responded with ${response.statusCode} to the export`)
  return response.body
}
