import type { Db, Tx } from '@fondasi/postgres'
import { and, desc, eq, gt, isNull, lt, ne, sql } from 'drizzle-orm'
import { registrations, users } from '../../db/schema.ts'
import type { User } from '../accounts/repository.ts'

export type Claim = typeof registrations.$inferSelect

/** Idempotent by id, since the outbox may deliver its message twice. */
export async function insertClaim(db: Db | Tx, claim: typeof registrations.$inferInsert): Promise<void> {
  await db.insert(registrations).values(claim).onConflictDoNothing()
}

export async function emailIsTaken(db: Db, email: string): Promise<boolean> {
  const rows = await db.select({ id: users.id }).from(users).where(eq(users.email, email))
  return rows.length > 0
}

/** The claim of a link that has not expired: an open one, or one that became an account within the last minute. */
export async function findByTokenHash(db: Db, tokenHash: Buffer, now: Date): Promise<Claim | undefined> {
  const [claim] = await db
    .select()
    .from(registrations)
    .where(and(eq(registrations.tokenHash, tokenHash), gt(registrations.expiresAt, now)))
  return claim
}

/** The newest open claim of an address. Locked, so that two requests for a link of one address take turns. */
export async function lockNewestClaim(tx: Tx, email: string, now: Date): Promise<Claim | undefined> {
  const [claim] = await tx
    .select()
    .from(registrations)
    .where(
      and(eq(registrations.email, email), isNull(registrations.userId), gt(registrations.expiresAt, now)),
    )
    .orderBy(desc(registrations.createdAt))
    .limit(1)
    .for('no key update')
  return claim
}

/** Whether another message has sent a link to choose the password since then. */
export async function hasOtherFinishLink(
  tx: Tx,
  { id, email, since }: { id: string; email: string; since: Date },
): Promise<boolean> {
  const rows = await tx
    .select({ id: registrations.id })
    .from(registrations)
    .where(
      and(
        eq(registrations.email, email),
        isNull(registrations.passwordHash),
        gt(registrations.createdAt, since),
        ne(registrations.id, id),
      ),
    )
    .limit(1)
  return rows.length > 0
}

/** Counts an attempt as failed before its password is tested. @returns false when the limit was reached */
export async function reserveAttempt(db: Db, id: string, limit: number): Promise<boolean> {
  const rows = await db
    .update(registrations)
    .set({ failedAttempts: sql`${registrations.failedAttempts} + 1` })
    .where(and(eq(registrations.id, id), lt(registrations.failedAttempts, limit)))
    .returning({ id: registrations.id })
  return rows.length > 0
}

/** Takes back an attempt whose password was never tested. */
export async function giveBackAttempt(db: Db, id: string): Promise<void> {
  await db
    .update(registrations)
    .set({ failedAttempts: sql`${registrations.failedAttempts} - 1` })
    .where(and(eq(registrations.id, id), gt(registrations.failedAttempts, 0)))
}

/** @returns undefined when the address has an account already */
export async function insertUser(tx: Tx, user: typeof users.$inferInsert): Promise<User | undefined> {
  const [row] = await tx.insert(users).values(user).onConflictDoNothing({ target: users.email }).returning()
  return row
}

/** Keeps the claim that became an account until `expiresAt`, for a repeated request. */
export async function markUsed(
  tx: Tx,
  id: string,
  use: { userId: string; passwordHash: string; expiresAt: Date },
): Promise<void> {
  await tx.update(registrations).set(use).where(eq(registrations.id, id))
}

export async function deleteOpenClaims(tx: Tx, email: string): Promise<void> {
  await tx.delete(registrations).where(and(eq(registrations.email, email), isNull(registrations.userId)))
}

export async function deleteExpiredRegistrations(db: Db, now: Date): Promise<void> {
  await db.delete(registrations).where(lt(registrations.expiresAt, now))
}
