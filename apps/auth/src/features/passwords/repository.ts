import type { Db, Tx } from '@fondasi/postgres'
import { and, eq, gt, isNull, lt, ne } from 'drizzle-orm'
import { passwordResets, users } from '../../db/schema.ts'
import type { User } from '../accounts/repository.ts'

/** The user who may reset a password, locked until the transaction ends, so that resets of one user come in turn. */
export async function lockEnabledUser(tx: Tx, email: string): Promise<User | undefined> {
  const [user] = await tx
    .select()
    .from(users)
    .where(and(eq(users.email, email), isNull(users.disabledAt)))
    .for('no key update')
  return user
}

/** Makes this the only reset of its user. The same one twice stays one. */
export async function replaceReset(
  tx: Tx,
  reset: typeof passwordResets.$inferInsert & { id: string },
): Promise<void> {
  await tx
    .delete(passwordResets)
    .where(and(eq(passwordResets.userId, reset.userId), ne(passwordResets.id, reset.id)))
  await tx.insert(passwordResets).values(reset).onConflictDoNothing({ target: passwordResets.id })
}

/** Whose password a token resets; undefined when the token is unknown, used or expired, or its user disabled. */
export async function findResetUser(db: Db, tokenHash: Buffer, now: Date): Promise<User | undefined> {
  const [row] = await db
    .select({ user: users })
    .from(passwordResets)
    .innerJoin(users, eq(users.id, passwordResets.userId))
    .where(
      and(
        eq(passwordResets.tokenHash, tokenHash),
        gt(passwordResets.expiresAt, now),
        isNull(users.disabledAt),
      ),
    )
  return row?.user
}

/** @returns true for exactly one of many callers with the same token */
export async function consumeReset(tx: Tx, tokenHash: Buffer): Promise<boolean> {
  const consumed = await tx
    .delete(passwordResets)
    .where(eq(passwordResets.tokenHash, tokenHash))
    .returning({ id: passwordResets.id })
  return consumed.length > 0
}

/** A new password; the links in older mails are void with it. */
export async function setPassword(tx: Tx, userId: string, passwordHash: string, now: Date): Promise<void> {
  await tx.update(users).set({ passwordHash, passwordChangedAt: now }).where(eq(users.id, userId))
  await tx.delete(passwordResets).where(eq(passwordResets.userId, userId))
}

export async function deleteExpiredResets(db: Db, now: Date): Promise<void> {
  await db.delete(passwordResets).where(lt(passwordResets.expiresAt, now))
}
