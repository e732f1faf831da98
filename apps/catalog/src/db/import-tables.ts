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
  /** Rows whose products are ready in the merge. Nothing of it shows before the import is done. */
  rowsMerged: integer('rows_merged').notNull().default(0),
  productsCreated: integer('products_created').notNull().default(0),
  productsUpdated: integer('products_updated').notNull().default(0),
  failure: text(),
  createdAt: at('created_at').notNull(),
  /** Written every few seconds: an import whose process died is told by its silence. */
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

/** Rows on their way in. Unlogged (the migration says so): after a crash the import is repeated anyway. */
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

/** What the merge found out about each row that it takes: where it goes. Unlogged, too. */
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
    /** The first row of its product: the one whose product fields count. */
    leads: boolean().notNull(),
  },
  (table) => [primaryKey({ columns: [table.importId, table.line] })],
)
