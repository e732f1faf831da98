import type { Db, Tx } from '@fondasi/postgres'
import { sql } from 'drizzle-orm'
import { sessions } from './schema.ts'

/**
 * The time at which a statement runs, by the database's clock. Issue times of tokens and times of revocations are
 * compared with each other, so they all come from this one clock: those of the processes differ (ADR 34).
 *
 * Whole milliseconds, since a token id has no room for more.
 */
export const databaseTime = sql`date_trunc('milliseconds', clock_timestamp())`.mapWith(sessions.createdAt)

export async function readDatabaseTime(db: Db | Tx): Promise<Date> {
  const [row] = await db.select({ time: databaseTime }).from(sql`(values (1)) as one`)
  if (row === undefined) throw new Error('select returned no row')
  return row.time
}
