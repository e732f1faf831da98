import { type Db, keyset, prepareOnce, type Tx } from '@fondasi/postgres'
import type { Range } from '@fondasi/service'
import { and, desc, eq, getTableColumns, gt, inArray, isNull, lt, sql } from 'drizzle-orm'
import { databaseTime } from '../../db/database-time.ts'
import { sessions } from '../../db/schema.ts'

export type Session = typeof sessions.$inferSelect

/** @returns the database's time of the insert */
export async function insertSession(tx: Tx, session: typeof sessions.$inferInsert): Promise<Date> {
  const [row] = await tx.insert(sessions).values(session).returning({ time: databaseTime })
  if (row === undefined) throw new Error('insert returned no row')
  return row.time
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
    .returning({ ...getTableColumns(sessions), databaseTime })
    .prepare('rotate_session')
})

/**
 * Rotates in one statement. If several requests present the same token at once, exactly one of them changes the row. The
 * others wait for its lock, see the new generation and change nothing.
 *
 * @returns the rotated session and the database's time of the rotation, or undefined when the token is not the current one of a live session
 */
export async function rotateSession(
  db: Db,
  presented: { sessionId: string; generation: number; hash: Buffer; transport: Session['transport'] },
  next: { hash: Buffer; salt: Buffer; idleExpiresAt: Date; ip: string; userAgent: string },
  now: Date,
): Promise<{ session: Session; databaseTime: Date } | undefined> {
  const [row] = await rotation(db).execute({
    ...presented,
    presentedHash: presented.hash,
    nextHash: next.hash,
    salt: next.salt,
    idleExpiresAt: next.idleExpiresAt,
    ip: next.ip,
    userAgent: next.userAgent,
    now,
  })
  if (row === undefined) return undefined
  const { databaseTime: time, ...session } = row
  return { session, databaseTime: time }
}

/** @returns true for exactly one of several concurrent callers: that one records the event */
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

/** Revokes the oldest live sessions of a user beyond the newest `keep`. @returns the ids of the revoked sessions */
export async function revokeOldestSessions(
  tx: Tx,
  options: { userId: string; keep: number; reason: string; now: Date },
): Promise<string[]> {
  const { userId, keep, reason, now } = options
  const oldest = tx
    .select({ id: sessions.id })
    .from(sessions)
    .where(isLive(userId, now))
    .orderBy(desc(sessions.id))
    .offset(keep)
  const revoked = await tx
    .update(sessions)
    .set({ revokedAt: now, revokeReason: reason })
    .where(and(inArray(sessions.id, oldest), isNull(sessions.revokedAt)))
    .returning({ id: sessions.id })
  return revoked.map((session) => session.id)
}

function isLive(userId: string, now: Date) {
  return and(
    eq(sessions.userId, userId),
    isNull(sessions.revokedAt),
    gt(sessions.idleExpiresAt, now),
    gt(sessions.absoluteExpiresAt, now),
  )
}

/** Live sessions of a user, newest first, from a keyset position on. Ids are UUIDv7, so they sort by time. */
export async function listSessions(db: Db, query: Range & { userId: string; now: Date }): Promise<Session[]> {
  const { beyond, order } = keyset(sessions.id, query, 'descending')
  return db
    .select()
    .from(sessions)
    .where(and(isLive(query.userId, query.now), beyond))
    .orderBy(order)
    .limit(query.limit)
}

/** Ended sessions are kept for a while, so that their old tokens are still recognised. */
export async function deleteSessionsEndedBefore(db: Db, time: Date): Promise<void> {
  await db.delete(sessions).where(lt(sessions.absoluteExpiresAt, time))
}
