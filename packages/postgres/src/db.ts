import { sql } from 'drizzle-orm'
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres'
import type { Pool, PoolClient } from 'pg'
import { answerMarginMs, silenceLimitMs } from './pool.ts'
import { setSilenceLimit } from './silent-connection.ts'

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

const connections = new WeakMap<Tx, PoolClient>()

/**
 * Runs `fn` in a transaction (READ COMMITTED): commits when it resolves, rolls back when it rejects.
 * Returns what `fn` returned; throws what `fn` threw, or the database's error when the commit failed.
 *
 * Never hash, sign, send or fetch inside: a connection and its row locks wait for it.
 */
export async function withTransaction<T>(db: Db, fn: (tx: Tx) => Promise<T>): Promise<T> {
  // Drizzle would check out a connection itself, and keep it for ever when BEGIN fails.
  const client = await db.$client.connect()
  // When the connection died, drizzle's own ROLLBACK fails too and its error would hide the one that says why.
  let failure: { error: unknown } | undefined
  try {
    return await drizzle({ client }).transaction(async (tx) => {
      connections.set(tx, client)
      try {
        return await fn(tx)
      } catch (error) {
        failure = { error }
        throw error
      }
    })
  } catch (error) {
    throw failure === undefined ? error : failure.error
  } finally {
    setSilenceLimit(client, silenceLimitMs)
    // A connection that broke is not taken back; pg knows.
    client.release()
  }
}

/**
 * Lets each statement of the transaction take up to `ms`, on the server and here. Only raising it with SQL would not
 * do: we close a connection that is silent for longer than a statement may take.
 */
export async function allowStatements(tx: Tx, ms: number): Promise<void> {
  await tx.execute(sql`select set_config('statement_timeout', ${String(ms)}, true)`)
  const client = connections.get(tx)
  if (client !== undefined) setSilenceLimit(client, ms + answerMarginMs)
}
