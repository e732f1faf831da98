import { type Db, keyset, prepareOnce, type Tx } from '@fondasi/postgres'
import type { Range } from '@fondasi/service'
import { and, eq, gt, isNull, lt, ne, sql } from 'drizzle-orm'
import { sessions, users } from '../../db/schema.ts'

export type Session = typeof sessions.$inferSelect
export type User = typeof users.$inferSelect

export async function insertSession(db: Db | Tx, session: typeof sessions.$inferInsert): Promise<void> {
  await db.insert(sessions).values(session)
}

export async function findSession(db: Db | Tx, id: string): Promise<Session | undefined> {
  const [session] = await db.select().from(sessions).where(eq(sessions.id, id))
  return session
}

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

/** The user as it is when nobody is changing it: waits for the commit of whoever holds `lockUser`. */
export async function findSettledUser(db: Db | Tx, id: string): Promise<User | undefined> {
  const [user] = await db.select().from(users).where(eq(users.id, id)).for('key share')
  return user
}

const rotation = prepareOnce((db) => {
  const now = sql.placeholder('now')
  return db
    .update(sessions)
    .set({
      generation: sql`${sessions.generation} + 1`,
      previousHash: sql`${sessions.currentHash}`,
      currentHash: sql`${sql.placeholder('nextHash')}`,
      rotationSalt: sql`${sql.placeholder('salt')}`,
      rotatedAt: sql`${now}`,
      idleExpiresAt: sql`${sql.placeholder('idleExpiresAt')}`,
      lastSeenAt: sql`${now}`,
      ip: sql`${sql.placeholder('ip')}`,
      userAgent: sql`${sql.placeholder('userAgent')}`,
    })
    .where(
      and(
        eq(sessions.id, sql.placeholder('sessionId')),
        eq(sessions.generation, sql.placeholder('generation')),
        eq(sessions.currentHash, sql.placeholder('presentedHash')),
        eq(sessions.transport, sql.placeholder('transport')),
        isNull(sessions.revokedAt),
        gt(sessions.idleExpiresAt, now),
        gt(sessions.absoluteExpiresAt, now),
      ),
    )
    .returning()
    .prepare('rotate_session')
})

/**
 * Rotates in one statement: of any number that present the same token at once exactly one changes the row; the
 * others wait for its lock, see the new generation and change nothing.
 *
 * @returns the rotated session, or undefined when the token is not the living one of a living session
 */
export async function rotateSession(
  db: Db,
  presented: { sessionId: string; generation: number; hash: Buffer; transport: Session['transport'] },
  next: { hash: Buffer; salt: Buffer; idleExpiresAt: Date; ip: string; userAgent: string },
  now: Date,
): Promise<Session | undefined> {
  const [session] = await rotation(db).execute({
    ...presented,
    presentedHash: presented.hash,
    nextHash: next.hash,
    salt: next.salt,
    idleExpiresAt: next.idleExpiresAt,
    ip: next.ip,
    userAgent: next.userAgent,
    now,
  })
  return session
}

/** @returns true for exactly one of many callers: the one who writes the event */
export async function revokeSession(
  db: Db | Tx,
  session: { id: string; userId?: string | undefined; reason: string; now: Date },
): Promise<boolean> {
  const revoked = await db
    .update(sessions)
    .set({ revokedAt: session.now, revokeReason: session.reason })
    .where(
      and(
        eq(sessions.id, session.id),
        isNull(sessions.revokedAt),
        session.userId === undefined ? undefined : eq(sessions.userId, session.userId),
      ),
    )
    .returning({ id: sessions.id })
  return revoked.length > 0
}

/** Revokes what is live of a user's sessions; `exceptSessionId` stays. @returns the ids of the revoked ones */
export async function revokeSessionsOfUser(
  tx: Db | Tx,
  options: { userId: string; exceptSessionId?: string | undefined; reason: string; now: Date },
): Promise<string[]> {
  const revoked = await tx
    .update(sessions)
    .set({ revokedAt: options.now, revokeReason: options.reason })
    .where(
      and(
        eq(sessions.userId, options.userId),
        isNull(sessions.revokedAt),
        options.exceptSessionId === undefined ? undefined : ne(sessions.id, options.exceptSessionId),
      ),
    )
    .returning({ id: sessions.id })
  return revoked.map((session) => session.id)
}

/**
 * Locks a user and the user's live sessions, so that what the transaction changes is seen by every token issued
 * afterwards: a login waits at its foreign key, a refresh at its row, and both read the user after that.
 */
export async function lockUser(tx: Tx, userId: string): Promise<User | undefined> {
  const [user] = await tx.select().from(users).where(eq(users.id, userId)).for('update')
  await tx
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(eq(sessions.userId, userId), isNull(sessions.revokedAt)))
    .for('update')
  return user
}

/** Live sessions of a user, newest first, from a keyset position on. Ids are UUIDv7, so their order is time's. */
export async function listSessions(db: Db, query: Range & { userId: string; now: Date }): Promise<Session[]> {
  const { beyond, order } = keyset(sessions.id, query, 'descending')
  return db
    .select()
    .from(sessions)
    .where(
      and(
        eq(sessions.userId, query.userId),
        isNull(sessions.revokedAt),
        gt(sessions.idleExpiresAt, query.now),
        gt(sessions.absoluteExpiresAt, query.now),
        beyond,
      ),
    )
    .orderBy(order)
    .limit(query.limit)
}

/** Sessions are kept for a while after their end, so that an old token is told from a made-up one. */
export async function deleteSessionsEndedBefore(db: Db, moment: Date): Promise<void> {
  await db.delete(sessions).where(lt(sessions.absoluteExpiresAt, moment))
}
