import type { Db, Tx } from '@fondasi/postgres'
import { and, eq, gt, isNull, lt, ne, sql } from 'drizzle-orm'
import { passwordResets, users } from '../../db/schema.ts'
import type { User } from '../accounts/repository.ts'

/** Enough for a double click and a retry; too few to guess the new password with a used link. */
const maxUses = 5

/** The user who may reset a password, locked until the transaction ends, so that resets of one user take turns. */
export async function lockEnabledUser(tx: Tx, id: string): Promise<User | undefined> {
  const [user] = await tx
    .select()
    .from(users)
    .where(and(eq(users.id, id), isNull(users.disabledAt)))
    .for('no key update')
  return user
}

/** Whether another message has made a link since then that was not used yet. */
export async function hasOtherReset(
  tx: Tx,
  { id, userId, since }: { id: string; userId: string; since: Date },
): Promise<boolean> {
  const rows = await tx
    .select({ id: passwordResets.id })
    .from(passwordResets)
    .where(
      and(
        eq(passwordResets.userId, userId),
        eq(passwordResets.uses, 0),
        gt(passwordResets.createdAt, since),
        ne(passwordResets.id, id),
      ),
    )
  return rows.length > 0
}

/** Makes this the only reset of its user. Idempotent by id. */
export async function replaceReset(
  tx: Tx,
  reset: typeof passwordResets.$inferInsert & { id: string },
): Promise<void> {
  await tx
    .delete(passwordResets)
    .where(and(eq(passwordResets.userId, reset.userId), ne(passwordResets.id, reset.id)))
  await tx.insert(passwordResets).values(reset).onConflictDoNothing({ target: passwordResets.id })
}

/** How often a token was used, and for whom; undefined when it is unknown or expired, or its user is disabled. */
export async function findReset(
  db: Db,
  tokenHash: Buffer,
  now: Date,
): Promise<{ uses: number; user: User } | undefined> {
  const [row] = await db
    .select({ uses: passwordResets.uses, user: users })
    .from(passwordResets)
    .innerJoin(users, eq(users.id, passwordResets.userId))
    .where(
      and(
        eq(passwordResets.tokenHash, tokenHash),
        gt(passwordResets.expiresAt, now),
        isNull(users.disabledAt),
      ),
    )
  return row
}

/**
 * Uses a token and keeps it until `repeatableUntil`, for a repeated request.
 *
 * @returns true for exactly one of many callers with the same token
 */
export async function consumeReset(tx: Tx, tokenHash: Buffer, repeatableUntil: Date): Promise<boolean> {
  const consumed = await tx
    .update(passwordResets)
    .set({ uses: 1, expiresAt: repeatableUntil })
    .where(and(eq(passwordResets.tokenHash, tokenHash), eq(passwordResets.uses, 0)))
    .returning({ id: passwordResets.id })
  return consumed.length > 0
}

/** Counts one more use of a used token. @returns false when it has expired or was repeated too often */
export async function countRepeat(db: Db, tokenHash: Buffer, now: Date): Promise<boolean> {
  const counted = await db
    .update(passwordResets)
    .set({ uses: sql`${passwordResets.uses} + 1` })
    .where(
      and(
        eq(passwordResets.tokenHash, tokenHash),
        gt(passwordResets.uses, 0),
        lt(passwordResets.uses, maxUses),
        gt(passwordResets.expiresAt, now),
      ),
    )
    .returning({ id: passwordResets.id })
  return counted.length > 0
}

/** Sets a new password, and makes the links in older mails invalid. */
export async function setPassword(tx: Tx, userId: string, passwordHash: string, now: Date): Promise<void> {
  await tx.update(users).set({ passwordHash, passwordChangedAt: now }).where(eq(users.id, userId))
  await tx.delete(passwordResets).where(and(eq(passwordResets.userId, userId), eq(passwordResets.uses, 0)))
}

export async function deleteExpiredResets(db: Db, now: Date): Promise<void> {
  await db.delete(passwordResets).where(lt(passwordResets.expiresAt, now))
}
