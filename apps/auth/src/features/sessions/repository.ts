import { type Db, keyset, prepareOnce, type Tx } from '@fondasi/postgres'
import type { Range } from '@fondasi/service'
import { and, eq, gt, isNull, lt, sql } from 'drizzle-orm'
import { sessions } from '../../db/schema.ts'

export type Session = typeof sessions.$inferSelect

export async function insertSession(db: Db | Tx, session: typeof sessions.$inferInsert): Promise<void> {
  await db.insert(sessions).values(session)
}

export async function findSession(db: Db | Tx, id: string): Promise<Session | undefined> {
  const [session] = await db.select().from(sessions).where(eq(sessions.id, id))
  return session
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
