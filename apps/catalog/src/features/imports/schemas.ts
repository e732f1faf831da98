import { queryBoolean, text, timestamp, uuid } from '@fondasi/service'
import { z } from 'zod'

const exampleCsv = `sku,product,title.en,title.id,brand,category,attributes.color,options.size,stock,price.idr,price.usd
KMJ-204-NV-M,shirt-204,Men’s cotton shirt,Kemeja katun pria,Senja,shop/men/shirts,navy,M,3,129900,8.99
KMJ-204-NV-L,shirt-204,,,,,,L,5,129900,8.99
`
const table = {
  schema: {
    type: 'string',
    description:
      'A header and one row per SKU, separated by commas, semicolons or tabs. Columns are the fields of a JSON row, with ' +
      'a dot before a key: `title.en`. A column `price.usd` has decimal amounts, `prices.retail-usd` minor units.',
    example: exampleCsv,
  },
}

/** Describes the body, which is read as a stream. A body of several types is a `content` for OpenAPI. */
export const importBody = z.unknown().meta({
  content: {
    'application/x-ndjson': {
      // The name that the schema of `importRow` has as input.
      schema: { $ref: '#/components/schemas/ImportRowInput' },
    },
    'text/csv': table,
    'text/tab-separated-values': table,
  },
})

const rows = (description: string) => z.int().meta({ example: 39_037, description })

const importMode = z.enum(['patch', 'replace']).meta({
  description: 'What an absent field means: `patch` leaves the stored value, `replace` clears it',
})

/** The query of an upload. */
export const importQuery = z.strictObject({
  format: z.enum(['shopify', 'woocommerce', 'google']).optional().meta({
    description: 'For a CSV file that another system has exported; default: our own columns',
  }),
  mode: importMode.default('patch'),
  dryRun: queryBoolean()
    .meta({ type: 'boolean', description: 'Only report what would happen' })
    .default(false),
  category: text({ min: 1, max: 400 }).optional().meta({
    description: 'The path of the category for rows that have none, or one that does not exist',
    example: 'shop/men/shirts',
  }),
  currency: z
    .string()
    .regex(/^[A-Za-z]{3}$/)
    .optional()
    .meta({
      description: 'The currency of the prices in a Shopify or WooCommerce file, by ISO 4217',
      example: 'USD',
    }),
})

export type ImportQuery = z.output<typeof importQuery>

export const importDocument = z
  .object({
    id: uuid(),
    format: z.enum(['ndjson', 'csv', 'shopify', 'woocommerce', 'google']),
    mode: importMode,
    dryRun: z
      .boolean()
      .meta({ description: 'Whether it only reports what would happen, and changes nothing' }),
    state: z.enum(['receiving', 'merging', 'done', 'failed']).meta({
      description: 'Before `done` no change is visible; after `failed` none has been made',
    }),
    rows: z.object({
      read: rows('Rows read from the body, including rejected ones'),
      failed: rows('Rejected rows; GET /v1/imports/{id}/errors gives the reasons'),
      merged: rows('Rows merged so far; their changes become visible together at the end'),
    }),
    products: z.object({ created: z.int(), updated: z.int(), unchanged: z.int() }).meta({
      description: 'In a dry run: what would be',
      example: { created: 4_950, updated: 12, unchanged: 0 },
    }),
    ignoredColumns: z.array(z.string()).meta({
      description: 'Columns of a Shopify, WooCommerce or Google file that are not imported, up to 100',
      example: ['SEO Title'],
    }),
    failure: z.string().nullable().meta({ description: 'Why the import failed', example: null }),
    createdAt: timestamp(),
    finishedAt: timestamp().nullable(),
  })
  .meta({ id: 'Import' })
export type ImportDocument = z.output<typeof importDocument>

export const importError = z
  .object({
    line: z.int().meta({ description: 'The line of the file in which the row begins', example: 17 }),
    sku: z.string().nullable().meta({ description: 'null when it could not be read', example: 'KMJ-204' }),
    code: z.string().meta({ description: 'Of the first fault', example: 'validation_failed' }),
    detail: z.string().meta({ example: 'stock: must be a whole number, digits only' }),
    faults: z
      .array(z.object({ column: z.string(), value: z.string(), code: z.string(), detail: z.string() }))
      .meta({
        description: 'All that is wrong with the row; `value` has its first 100 characters',
        example: [
          {
            column: 'stock',
            value: '1.000',
            code: 'validation_failed',
            detail: 'must be a whole number, digits only',
          },
        ],
      }),
  })
  .meta({ id: 'ImportError' })
export type ImportError = z.output<typeof importError>

export const importParams = z.strictObject({ id: uuid() })
