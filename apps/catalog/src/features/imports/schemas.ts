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
      description: 'Until it is done nothing of it shows; when it failed nothing ever will',
    }),
    rows: z.object({
      read: rows('Read from the body, bad ones included'),
      failed: rows('Left out, each with a reason among the errors'),
      merged: rows('Worked in so far: shows at once when all are'),
    }),
    products: z.object({ created: z.int(), updated: z.int() }),
    failure: z.string().nullable().meta({ description: 'Why nothing came of it' }),
    createdAt: timestamp(),
    finishedAt: timestamp().nullable(),
  })
  .meta({ id: 'Import' })
export type ImportDocument = z.output<typeof importDocument>

export const importError = z
  .object({
    line: z.int().meta({ description: 'Where the row ends in the file', example: 17 }),
    code: z.string().meta({ example: 'duplicate_sku' }),
    detail: z.string().meta({ example: 'An earlier row has the SKU KMJ-204' }),
  })
  .meta({ id: 'ImportError' })

export const importParams = z.strictObject({ id: uuid() })
