import { sql } from 'drizzle-orm'
import { boolean, integer, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'

/** One thing that is wrong with a row. */
export interface Fault {
  /** The column of a CSV file, or the path of a JSON field. */
  column: string
  value: string
  code: string
  detail: string
}

const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })

export const imports = pgTable('imports', {
  id: uuid().primaryKey().default(sql`uuidv7()`),
  format: text({ enum: ['ndjson', 'csv', 'shopify', 'woocommerce', 'google'] }).notNull(),
  /** What an absent field means: `patch` leaves the stored value, `replace` clears it. */
  mode: text({ enum: ['patch', 'replace'] })
    .notNull()
    .default('patch'),
  dryRun: boolean('dry_run').notNull().default(false),
  /** The path of the category for rows that have none, or an unknown one. */
  category: text(),
  /** Columns of another system's file that are not imported. */
  ignoredColumns: text('ignored_columns').array().notNull().default(sql`'{}'`),
  state: text({ enum: ['receiving', 'merging', 'done', 'failed'] }).notNull(),
  createdBy: text('created_by').notNull(),
  rowsRead: integer('rows_read').notNull().default(0),
  rowsFailed: integer('rows_failed').notNull().default(0),
  /** Rows that the merge has finished. Their changes become visible when the import is done. */
  rowsMerged: integer('rows_merged').notNull().default(0),
  productsCreated: integer('products_created').notNull().default(0),
  productsUpdated: integer('products_updated').notNull().default(0),
  productsUnchanged: integer('products_unchanged').notNull().default(0),
  failure: text(),
  createdAt: at('created_at').notNull(),
  /** Written every few seconds: without heartbeats, the process of the import has died. */
  heartbeatAt: at('heartbeat_at').notNull(),
  finishedAt: at('finished_at'),
})

export const importErrors = pgTable(
  'import_errors',
  {
    importId: uuid('import_id')
      .notNull()
      .references(() => imports.id, { onDelete: 'cascade' }),
    line: integer().notNull(),
    /** Null when it could not be read. */
    sku: text(),
    code: text().notNull(),
    detail: text().notNull(),
    faults: jsonb().$type<Fault[]>().notNull().default([]),
  },
  (table) => [primaryKey({ columns: [table.importId, table.line] })],
)

/** Staged rows. The migration makes the table unlogged: after a crash, the import must be repeated anyway. */
export const importRows = pgTable(
  'import_rows',
  {
    importId: uuid('import_id').notNull(),
    line: integer().notNull(),
    row: jsonb().$type<Record<string, unknown>>().notNull(),
    sku: text().generatedAlwaysAs(sql`row ->> 'sku'`),
  },
  (table) => [primaryKey({ columns: [table.importId, table.line] })],
)

/** The merge's decision for each row that it accepts: the product and SKU that the row is for. Unlogged too. */
export const importPlan = pgTable(
  'import_plan',
  {
    importId: uuid('import_id').notNull(),
    line: integer().notNull(),
    productId: uuid('product_id').notNull(),
    isNewProduct: boolean('is_new_product').notNull(),
    skuId: uuid('sku_id').notNull(),
    isNewSku: boolean('is_new_sku').notNull(),
    /** The handle that the row gives its product; null when the product has it already, or gets none. */
    handle: text(),
  },
  (table) => [primaryKey({ columns: [table.importId, table.line] })],
)

/** What the planned rows of each product say together. Unlogged too. */
export const importProducts = pgTable(
  'import_products',
  {
    importId: uuid('import_id').notNull(),
    /** The first row of the product. */
    line: integer().notNull(),
    productId: uuid('product_id').notNull(),
    rows: integer().notNull(),
    isNew: boolean('is_new').notNull(),
    handle: text(),
    /** The fields that its rows give: the value of the first row that has one. */
    patch: jsonb().$type<Record<string, unknown>>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.importId, table.line] })],
)
