import { type Db, prepareOnce, type Tx } from '@fondasi/postgres'
import { and, count, eq, isNull, ne, sql } from 'drizzle-orm'
import { sessions, users } from '../../db/schema.ts'

export type User = typeof users.$inferSelect

const userById = prepareOnce((db) =>
  db
    .select()
    .from(users)
    .where(eq(users.id, sql.placeholder('id')))
    .prepare('user_by_id'),
)

export async function findUser(db: Db | Tx, id: string): Promise<User | undefined> {
  const [user] = await userById(db).execute({ id })
  return user
}

/** Waits until no transaction holds `lockUser`, then reads the user as committed. */
export async function findSettledUser(db: Db | Tx, id: string): Promise<User | undefined> {
  const [user] = await db.select().from(users).where(eq(users.id, id)).for('key share')
  return user
}

const userByEmail = prepareOnce((db) =>
  db
    .select()
    .from(users)
    .where(eq(users.email, sql.placeholder('email')))
    .prepare('user_by_email'),
)

/** @param email normalised */
export async function findUserByEmail(db: Db, email: string): Promise<User | undefined> {
  const [user] = await userByEmail(db).execute({ email })
  return user
}

/**
 * Locks a user and the user's live sessions. Every token issued after the commit sees the change: a login waits for
 * the lock of the user (`lockUserForLogin`), a refresh for that of its session, and both read the user after that.
 */
export async function lockUser(tx: Tx, id: string): Promise<User | undefined> {
  const [user] = await tx.select().from(users).where(eq(users.id, id)).for('update')
  const live = tx
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(eq(sessions.userId, id), isNull(sessions.revokedAt)))
    .for('update')
    .as('live')
  // Counted, so that the ids of all sessions do not travel for nothing.
  await tx.select({ locked: count() }).from(live)
  return user
}

/**
 * Waits for any transaction that has called `lockUser`, reads the user as committed, and keeps both that and a second
 * login of the user waiting until the transaction ends.
 */
export async function lockUserForLogin(tx: Tx, id: string): Promise<User | undefined> {
  const [user] = await tx.select().from(users).where(eq(users.id, id)).for('no key update')
  return user
}

/** Revokes the live sessions of a user, except `exceptSessionId`. @returns the ids of the revoked sessions */
export async function revokeSessionsOfUser(
  tx: Tx,
  options: { userId: string; exceptSessionId?: string | undefined; reason: string; now: Date },
): Promise<string[]> {
  const { userId, exceptSessionId, reason, now } = options
  const revoked = await tx
    .update(sessions)
    .set({ revokedAt: now, revokeReason: reason })
    .where(
      and(
        eq(sessions.userId, userId),
        isNull(sessions.revokedAt),
        exceptSessionId === undefined ? undefined : ne(sessions.id, exceptSessionId),
      ),
    )
    .returning({ id: sessions.id })
  return revoked.map((session) => session.id)
}

/** Serialises, until the commit, the transactions that may remove an administrator: two must not remove each other. */
export async function lockAdministration(tx: Tx): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('auth:administrators'))`)
}

export async function hasOtherAdmin(tx: Tx, exceptId: string): Promise<boolean> {
  const rows = await tx
    .select({ id: users.id })
    .from(users)
    .where(and(sql`'admin' = any(${users.roles})`, isNull(users.disabledAt), ne(users.id, exceptId)))
    .limit(1)
  return rows.length > 0
}
