import { DrizzleQueryError, sql } from 'drizzle-orm'
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres'
import type { Pool, PoolClient } from 'pg'
import { answerMarginMs, silenceLimitMs } from './pool.ts'
import { setSilenceLimit } from './silent-connection.ts'

/**
 * A pool with drizzle on top. `$client` is the pool itself, for what drizzle does not support (COPY). Repository functions
 * take `db: Db | Tx` first, so that they also work in a transaction.
 */
export type Db = NodePgDatabase & { $client: Pool }

/** An open transaction: the same queries as `Db`, all on one connection. */
export type Tx = Parameters<Parameters<Db['transaction']>[0]>[0]

/** Wraps a pool in drizzle. It needs no relational schema, because the kit's queries use the SQL-like builder. */
export function createDb(pool: Pool): Db {
  return drizzle({ client: pool })
}

const connections = new WeakMap<Tx, PoolClient>()

/**
 * Runs `fn` in a transaction (READ COMMITTED): commits when `fn` resolves, rolls back when it rejects. Returns the
 * result of `fn`. Throws what `fn` threw, or the database's error if the commit failed.
 *
 * Never hash, sign, send or fetch in `fn`: it would hold a connection and row locks meanwhile.
 */
export async function withTransaction<T>(db: Db, fn: (tx: Tx) => Promise<T>): Promise<T> {
  // Drizzle can check out a connection itself, but does not return it to the pool when BEGIN fails.
  const client = await db.$client.connect().catch((cause: Error) => {
    // As drizzle reports it for a query without a transaction.
    throw new DrizzleQueryError('begin', [], cause)
  })
  // If the connection died, drizzle's ROLLBACK fails too, and its error would hide the first one.
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
    // The pool drops a broken connection.
    client.release()
  }
}

/**
 * Lets each statement of the transaction take up to `ms`. It raises the server's `statement_timeout` and also our own
 * limit, because we close a connection whose query gets no response for too long.
 */
export async function allowStatements(tx: Tx, ms: number): Promise<void> {
  await tx.execute(sql`select set_config('statement_timeout', ${String(ms)}, true)`)
  const client = connections.get(tx)
  if (client !== undefined) setSilenceLimit(client, ms + answerMarginMs)
}
