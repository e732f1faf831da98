import { createHash } from 'node:crypto'
import { and, eq, lte, sql } from 'drizzle-orm'
import { customType, index, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'
import { type Db, type Tx, withTransaction } from './db.ts'
import { isLockTimeout } from './errors.ts'

const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' })

/** Requests that had an `Idempotency-Key`, with their responses. An app's schema re-exports this table. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    /** The caller and the route. The same key from two callers, or for two routes, is two keys. */
    scope: text().notNull(),
    key: text().notNull(),
    /** SHA-256 of the request. */
    fingerprint: bytea().notNull(),
    /** Null only within the transaction that does the work. */
    answer: jsonb().$type<unknown>(),
    expiresAt: timestamp('expires_at', { withTimezone: true, precision: 3 }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.scope, table.key] }),
    index('idempotency_keys_expires_at').on(table.expiresAt),
  ],
)

export type IdempotentOutcome =
  /** `replayed`: an earlier request did the work, and the answer is what it returned. */
  | { kind: 'done'; answer: unknown; replayed: boolean }
  /** The key was used before, with another request. */
  | { kind: 'reused' }
  /** The first request with this key has not ended yet. */
  | { kind: 'running' }

/** Clients retry within minutes. A day also covers a queue that was stopped overnight. */
const rememberedForMs = 24 * 3_600_000
/** Most first requests end within this time. If not, the client soon learns that its request still runs. */
const waitForFirstMs = 2_000
/** Each request deletes more expired rows than it adds, so the table needs no clean-up job. */
const sweptAtOnce = 10

/**
 * Runs `work` once per key (draft-ietf-httpapi-idempotency-key-header). The work and the row with its answer are written
 * in one transaction, so neither exists without the other. For 24 h, a request with the same key gets the first answer
 * again. If `work` throws, nothing is kept and the key is free.
 *
 * @param options.scope the caller and the route, such as `user-id POST /v1/products`
 * @param options.request what must be equal for the same key: any JSON value, with its fields in a stable order
 * @param work returns the answer as JSON. The answer is stored, so secrets in it must be encrypted. If a repeated request
 *   must see the present state of a resource, let `work` return its id, and read the resource afterwards
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
      // Waits for a transaction that holds the key, then sees its result.
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
          ? { kind: 'done', answer: first.answer, replayed: true }
          : { kind: 'reused' }
      }
      await tx.execute(sql`set local lock_timeout to default`)
      const answer = await work(tx)
      // Read back from the table, so that the first answer went through JSON like the later ones.
      const [kept] = await tx.update(idempotencyKeys).set({ answer }).where(row).returning()
      return { kind: 'done', answer: kept?.answer, replayed: false }
    })
  } catch (error) {
    if (claiming && isLockTimeout(error)) return { kind: 'running' }
    throw error
  }
}

/** Deletes some expired rows. It skips rows that another request is deleting or using. */
async function sweep(tx: Tx, now: Date): Promise<void> {
  await tx.execute(sql`
    delete from ${idempotencyKeys} where ctid = any(array(
      select ctid from ${idempotencyKeys} where ${lte(idempotencyKeys.expiresAt, now)}
      limit ${sweptAtOnce} for update skip locked))`)
}
