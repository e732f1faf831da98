import type { Db, Tx } from '@fondasi/postgres'
import { and, desc, eq, gt, inArray, lt, sql } from 'drizzle-orm'
import { registrations, users } from '../../db/schema.ts'
import type { User } from '../accounts/repository.ts'

export type Registration = typeof registrations.$inferSelect

/** Idempotent by id: the outbox may deliver the message that makes it twice. */
export async function insertRegistration(
  db: Db,
  registration: typeof registrations.$inferInsert,
): Promise<void> {
  await db.insert(registrations).values(registration).onConflictDoNothing()
}

export async function emailIsTaken(db: Db, email: string): Promise<boolean> {
  const rows = await db.select({ id: users.id }).from(users).where(eq(users.email, email))
  return rows.length > 0
}

export async function findByTokenHash(
  db: Db,
  tokenHash: Buffer,
  now: Date,
): Promise<Registration | undefined> {
  const [registration] = await db
    .select()
    .from(registrations)
    .where(and(eq(registrations.tokenHash, tokenHash), gt(registrations.expiresAt, now)))
  return registration
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

/** The newest living claim of an address, with no attempts counted against it. */
export async function renewNewest(db: Db, email: string, now: Date): Promise<Registration | undefined> {
  const newest = db
    .select({ id: registrations.id })
    .from(registrations)
    .where(and(eq(registrations.email, email), gt(registrations.expiresAt, now)))
    .orderBy(desc(registrations.createdAt))
    .limit(1)
  const [registration] = await db
    .update(registrations)
    .set({ failedAttempts: 0 })
    .where(inArray(registrations.id, newest))
    .returning()
  return registration
}

/** @returns undefined when the address has become somebody's meanwhile */
export async function insertUser(tx: Tx, user: typeof users.$inferInsert): Promise<User | undefined> {
  const [row] = await tx.insert(users).values(user).onConflictDoNothing({ target: users.email }).returning()
  return row
}

export async function deleteRegistrationsOf(tx: Tx, email: string): Promise<void> {
  await tx.delete(registrations).where(eq(registrations.email, email))
}

export async function deleteExpiredRegistrations(db: Db, now: Date): Promise<void> {
  await db.delete(registrations).where(lt(registrations.expiresAt, now))
}
