import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres'
import type { Pool } from 'pg'

/**
 * A pool seen through drizzle; `$client` is the pool itself, for what drizzle does not support (COPY). Repository
 * functions take `db: Db | Tx` first, so that a transaction reaches the end.
 */
export type Db = NodePgDatabase & { $client: Pool }

/** An open transaction: the same queries as `Db`, on one connection. */
export type Tx = Parameters<Parameters<Db['transaction']>[0]>[0]

/** Wraps a pool in drizzle. Without relational schema: the kit's queries are written with the SQL-like builder. */
export function createDb(pool: Pool): Db {
  return drizzle({ client: pool })
}

/**
 * Runs `fn` in a transaction (READ COMMITTED): commits when it resolves, rolls back when it rejects.
 * Returns what `fn` returned; throws what `fn` threw, or the database's error when the commit failed.
 *
 * Never hash, sign, send or fetch inside: a connection and its row locks wait for it.
 */
export async function withTransaction<T>(db: Db, fn: (tx: Tx) => Promise<T>): Promise<T> {
  // When the connection died, drizzle's own ROLLBACK fails too and its error would hide the one that says why.
  let failure: { error: unknown } | undefined
  try {
    return await db.transaction(async (tx) => {
      try {
        return await fn(tx)
      } catch (error) {
        failure = { error }
        throw error
      }
    })
  } catch (error) {
    throw failure === undefined ? error : failure.error
  }
}
