import type { Db } from '@fondasi/postgres'
import { sql } from 'drizzle-orm'
import { job } from '../../db/schema.ts'

/** Deletes jobs past their retention, with their attempts, dead letters and effects. @returns how many jobs */
export async function deleteExpired(db: Db, limit: number): Promise<number> {
  const { rowCount } = await db.execute(sql`
    delete from ${job} where id in (
      select id from ${job} where expires_at < now() order by expires_at limit ${limit} for update skip locked
    )`)
  return rowCount ?? 0
}
