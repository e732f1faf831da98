import { createHash } from 'node:crypto'
import { and, eq, lte, sql } from 'drizzle-orm'
import { customType, index, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'
import { type Db, type Tx, withTransaction } from './db.ts'
import { isLockTimeout } from './errors.ts'

const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' })

/** Requests that carried an Idempotency-Key, with their answers. An app's schema re-exports it. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    /** Who asked for what: the same key of two callers or two routes is two keys. */
    scope: text().notNull(),
    key: text().notNull(),
    /** SHA-256 of the request. */
    fingerprint: bytea().notNull(),
    /** Null only inside the transaction that does the work. */
    answer: jsonb().$type<unknown>(),
    expiresAt: timestamp('expires_at', { withTimezone: true, precision: 3 }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.scope, table.key] }),
    index('idempotency_keys_expires_at').on(table.expiresAt),
  ],
)

export type IdempotentOutcome =
  | { kind: 'done'; answer: unknown }
  /** The key came before with another request. */
  | { kind: 'reused' }
  /** The first request with this key has not ended yet. */
  | { kind: 'running' }

/** A client that retries does so within minutes; a day covers a queue that was stopped overnight. */
const rememberedForMs = 24 * 3_600_000
/** Long enough for the first request to end in most cases, short enough for the client to be told what goes on. */
const waitForFirstMs = 2_000
/** Each request sweeps a little more than it adds, so the table needs no job of its own. */
const sweptAtOnce = 10

/**
 * Runs `work` once per key (draft-ietf-httpapi-idempotency-key-header): in one transaction with the row that keeps
 * its answer, so that there is never the one without the other. A request with the same key gets the first answer
 * again for 24 h. When `work` throws nothing is kept and the key is free.
 *
 * @param options.scope the caller and the route, such as `user-id POST /v1/products`
 * @param options.request what must be the same for the same key: anything that JSON can say, in a stable order
 * @param work returns the answer as JSON; a secret in it must be encrypted, it is stored
 */
export async function runIdempotently(
  db: Db,
  options: { scope: string; key: string; request: unknown; now: Date },
  work: (tx: Tx) => Promise<unknown>,
): Promise<IdempotentOutcome> {
  const { scope, key, now } = options
  const fingerprint = createHash('sha256').update(JSON.stringify(options.request)).digest()
  const row = and(eq(idempotencyKeys.scope, scope), eq(idempotencyKeys.key, key))
  let claiming = true
  try {
    return await withTransaction(db, async (tx): Promise<IdempotentOutcome> => {
      await sweep(tx, now)
      await tx.execute(sql`select set_config('lock_timeout', ${String(waitForFirstMs)}, true)`)
      const expiresAt = new Date(now.getTime() + rememberedForMs)
      // Waits for a transaction that holds the key, then sees what it left.
      const claimed = await tx
        .insert(idempotencyKeys)
        .values({ scope, key, fingerprint, expiresAt })
        .onConflictDoUpdate({
          target: [idempotencyKeys.scope, idempotencyKeys.key],
          set: { fingerprint, expiresAt, answer: null },
          setWhere: lte(idempotencyKeys.expiresAt, now),
        })
        .returning({ key: idempotencyKeys.key })
      claiming = false
      if (claimed.length === 0) {
        const [first] = await tx.select().from(idempotencyKeys).where(row)
        return first?.fingerprint.equals(fingerprint)
          ? { kind: 'done', answer: first.answer }
          : { kind: 'reused' }
      }
      await tx.execute(sql`set local lock_timeout to default`)
      const answer = await work(tx)
      // Read back, so that the first answer has gone through JSON just like the later ones.
      const [kept] = await tx.update(idempotencyKeys).set({ answer }).where(row).returning()
      return { kind: 'done', answer: kept?.answer }
    })
  } catch (error) {
    if (claiming && isLockTimeout(error)) return { kind: 'running' }
    throw error
  }
}

/** Rows that another request is sweeping or using are left to it. */
async function sweep(tx: Tx, now: Date): Promise<void> {
  await tx.execute(sql`
    delete from ${idempotencyKeys} where ctid = any(array(
      select ctid from ${idempotencyKeys} where ${lte(idempotencyKeys.expiresAt, now)}
      limit ${sweptAtOnce} for update skip locked))`)
}
