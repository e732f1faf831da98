import { sql } from 'drizzle-orm'
import { boolean, integer, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'

const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })

export const imports = pgTable('imports', {
  id: uuid().primaryKey().default(sql`uuidv7()`),
  format: text({ enum: ['ndjson', 'csv'] }).notNull(),
  state: text({ enum: ['receiving', 'merging', 'done', 'failed'] }).notNull(),
  createdBy: text('created_by').notNull(),
  rowsRead: integer('rows_read').notNull().default(0),
  rowsFailed: integer('rows_failed').notNull().default(0),
  /** Rows that the merge has finished. Their changes become visible when the import is done. */
  rowsMerged: integer('rows_merged').notNull().default(0),
  productsCreated: integer('products_created').notNull().default(0),
  productsUpdated: integer('products_updated').notNull().default(0),
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
    code: text().notNull(),
    detail: text().notNull(),
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
    skuKey: text('sku_key').generatedAlwaysAs(sql`code_key(row ->> 'sku')`),
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
    categoryId: uuid('category_id').notNull(),
    /** The first row of its product, from which the product's fields come. */
    leads: boolean().notNull(),
  },
  (table) => [primaryKey({ columns: [table.importId, table.line] })],
)
