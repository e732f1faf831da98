import type { Db } from '@fondasi/postgres'
import { and, eq } from 'drizzle-orm'
import { users } from '../../db/schema.ts'

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
