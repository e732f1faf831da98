import { timestamp, uuid } from '@fondasi/service'
import { z } from 'zod'

export const exampleRow = {
  sku: 'KMJ-204-NV-M',
  product: 'shirt-204',
  title: { en: 'Men’s cotton shirt', id: 'Kemeja katun pria' },
  brand: 'Senja',
  category: 'shop/men/shirts',
  attributes: { color: 'navy' },
  options: { size: 'M' },
  stock: 3,
  prices: { 'retail-idr': 12_990_000, 'retail-usd': 899 },
}

const rows = (description: string) => z.int().meta({ example: 39_037, description })

export const importDocument = z
  .object({
    id: uuid(),
    format: z.enum(['ndjson', 'csv']),
    state: z.enum(['receiving', 'merging', 'done', 'failed']).meta({
      description: 'Before `done` no change is visible; after `failed` none has been made',
    }),
    rows: z.object({
      read: rows('Rows read from the body, including rejected ones'),
      failed: rows('Rejected rows; GET /v1/imports/{id}/errors gives the reasons'),
      merged: rows('Rows merged so far; their changes become visible together at the end'),
    }),
    products: z
      .object({ created: z.int(), updated: z.int() })
      .meta({ example: { created: 4_950, updated: 12 } }),
    failure: z.string().nullable().meta({ description: 'Why the import failed', example: null }),
    createdAt: timestamp(),
    finishedAt: timestamp().nullable(),
  })
  .meta({ id: 'Import' })
export type ImportDocument = z.output<typeof importDocument>

export const importError = z
  .object({
    line: z.int().meta({ description: 'The line of the file in which the row ends', example: 17 }),
    code: z.string().meta({ example: 'duplicate_sku' }),
    detail: z.string().meta({ example: 'An earlier row has the SKU KMJ-204' }),
  })
  .meta({ id: 'ImportError' })

export const importParams = z.strictObject({ id: uuid() })
