import type { Db } from '@fondasi/postgres'
import { and, eq } from 'drizzle-orm'
import { users } from '../../db/schema.ts'
import type { User } from '../sessions/repository.ts'

/** @param email normalised */
export async function findByEmail(db: Db, email: string): Promise<User | undefined> {
  const [user] = await db.select().from(users).where(eq(users.email, email))
  return user
}

/** Replaces a hash by a stronger one of the same password, unless the password was changed meanwhile. */
export async function replaceHash(
  db: Db,
  change: { userId: string; oldHash: string; newHash: string },
): Promise<void> {
  await db
    .update(users)
    .set({ passwordHash: change.newHash })
    .where(and(eq(users.id, change.userId), eq(users.passwordHash, change.oldHash)))
}
