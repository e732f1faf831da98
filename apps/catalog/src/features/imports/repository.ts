import { pipeline } from 'node:stream/promises'
import { allowStatements, type Db, keyset, storableText, type Tx, withTransaction } from '@fondasi/postgres'
import type { Range } from '@fondasi/service'
import { and, eq, inArray, lt, sql } from 'drizzle-orm'
import copyStreams from 'pg-copy-streams'
import { attributes, categories, importErrors, imports, priceLists } from '../../db/schema.ts'
import type { Declared, RowError } from './row.ts'

export type Import = typeof imports.$inferSelect

/** With more errors than this, a person fixes the first ones and sends the file again. */
export const maxStoredErrors = 10_000

export const stagingTables = ['import_rows', 'import_plan', 'import_products']
/** There may be millions of rows to delete. */
const sweepTimeoutMs = 10 * 60_000

type Options = Pick<typeof imports.$inferInsert, 'format' | 'mode' | 'dryRun' | 'category' | 'createdBy'>

export async function createImport(db: Db, options: Options, now: Date): Promise<Import> {
  const values = { ...options, state: 'receiving' as const, createdAt: now, heartbeatAt: now }
  const [row] = await db.insert(imports).values(values).returning()
  if (!row) throw new Error('nothing was inserted')
  return row
}

export async function findImport(db: Db, id: string): Promise<Import | undefined> {
  const [row] = await db.select().from(imports).where(eq(imports.id, id))
  return row
}

/** The attributes, price lists and categories that rows may use. */
export async function readDeclared(db: Db): Promise<Declared> {
  const [declared, lists, placed] = await Promise.all([
    db.select().from(attributes),
    db.select().from(priceLists),
    db.select({ path: categories.slugPath }).from(categories),
  ])
  const meant = lists.filter(
    (list) => list.searched || lists.every((other) => other === list || other.currency !== list.currency),
  )
  return {
    attributes: new Map(declared.map(({ code, type }) => [code, type])),
    priceLists: new Map(lists.map(({ code, currency }) => [code, currency])),
    listOfCurrency: new Map(meant.map(({ code, currency }) => [currency, code])),
    categories: new Set(placed.map(({ path }) => path)),
  }
}

/** Stores a batch of rows and errors. @returns false when the import was marked as failed meanwhile */
export async function stage(
  db: Db,
  importId: string,
  { text, rows, errors }: { text: Buffer; rows: number; errors: readonly RowError[] },
): Promise<boolean> {
  if (rows > 0) await copyRows(db, text)
  await insertErrors(db, importId, errors)
  const updated = await db
    .update(imports)
    .set({
      rowsRead: sql`${imports.rowsRead} + ${rows + errors.length}`,
      rowsFailed: sql`${imports.rowsFailed} + ${errors.length}`,
    })
    .where(and(eq(imports.id, importId), eq(imports.state, 'receiving')))
    .returning({ id: imports.id })
  return updated.length === 1
}

/** drizzle does not support COPY, so this takes a connection of the pool itself. */
async function copyRows({ $client: pool }: Db, text: Buffer): Promise<void> {
  const client = await pool.connect()
  let failure: unknown
  try {
    await pipeline(
      [text],
      client.query(copyStreams.from('copy import_rows (import_id, line, row) from stdin')),
    )
  } catch (error) {
    failure = error
    throw error
  } finally {
    // After a failure, the connection may still be in COPY mode, so it must be closed.
    client.release(failure !== undefined)
  }
}

/** Errors quote input, and nobody reads a value of a megabyte. */
const maxTextLength = 300

/** Stores errors up to `maxStoredErrors`; the import counts the rest too. */
export async function insertErrors(
  db: Db | Tx,
  importId: string,
  errors: readonly RowError[],
): Promise<void> {
  if (errors.length === 0) return
  const given = JSON.stringify(errors, (_key, value: unknown) =>
    typeof value === 'string' ? storableText(value, maxTextLength) : value,
  )
  await db.execute(sql`
    insert into import_errors (import_id, line, sku, code, detail, faults)
    select ${importId}, line, sku, code, detail,
      case when exists (select from skus where skus.sku = given.sku) then faults else faults || coalesce("ifNew", '[]') end
    from jsonb_to_recordset(${given}::jsonb)
      as given(line integer, sku text, code text, detail text, faults jsonb, "ifNew" jsonb) order by line
    limit greatest(0, ${maxStoredErrors} - (select count(*) from import_errors where import_id = ${importId}))`)
}

/** Starts the merge: the body is complete, and the client may leave. @returns undefined when it was marked as failed */
export async function beginMerge(
  db: Db,
  id: string,
  { ignoredColumns }: Pick<Import, 'ignoredColumns'>,
): Promise<Import | undefined> {
  const [row] = await db
    .update(imports)
    .set({
      state: 'merging',
      ignoredColumns: ignoredColumns.map((name) => storableText(name, maxTextLength)),
    })
    .where(and(eq(imports.id, id), eq(imports.state, 'receiving')))
    .returning()
  return row
}

export async function reportProgress(
  db: Db,
  id: string,
  progress: { heartbeatAt: Date } | { rowsMerged: number },
): Promise<void> {
  await db.update(imports).set(progress).where(eq(imports.id, id))
}

const unfinished = inArray(imports.state, ['receiving', 'merging'])

/** Marks unfinished imports as failed: one, or all without a heartbeat since then. @returns their ids */
export async function failImports(
  db: Db,
  which: { id: string } | { silentSince: Date },
  failure: string,
  now: Date,
): Promise<string[]> {
  const chosen = 'id' in which ? eq(imports.id, which.id) : lt(imports.heartbeatAt, which.silentSince)
  const rows = await db
    .update(imports)
    .set({ state: 'failed', failure, finishedAt: now })
    .where(and(unfinished, chosen))
    .returning({ id: imports.id })
  return rows.map(({ id }) => id)
}

/** Deletes the staged rows of imports that have ended. */
export async function sweepStaged(db: Db): Promise<void> {
  const running = sql`(select ${imports.id} from ${imports} where ${unfinished})`
  await withTransaction(db, async (tx) => {
    await allowStatements(tx, sweepTimeoutMs)
    for (const table of stagingTables)
      await tx.execute(sql`delete from ${sql.identifier(table)} where import_id not in ${running}`)
  })
}

/** Forgets deleted SKUs that no running import can contain. The hour covers clocks that differ. */
export async function sweepDeletedSkus(db: Db): Promise<void> {
  await db.execute(sql`
    delete from deleted_skus where deleted_at < (
      select coalesce(min(${imports.createdAt}), now()) from ${imports} where ${unfinished}) - interval '1 hour'`)
}

/** Ordered by line. */
export async function listErrors(db: Db, importId: string, range: Range): Promise<RowError[]> {
  const { beyond, order } = keyset(importErrors.line, range)
  return db
    .select()
    .from(importErrors)
    .where(and(eq(importErrors.importId, importId), beyond))
    .orderBy(order)
    .limit(range.limit)
}
