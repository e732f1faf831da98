import { type Db, keyset, type Tx } from '@fondasi/postgres'
import type { Range } from '@fondasi/service'
import { and, eq } from 'drizzle-orm'
import { users } from '../../db/schema.ts'
import type { User } from '../accounts/repository.ts'

/** Newest first. */
export async function listUsers(db: Db, query: Range & { email?: string | undefined }): Promise<User[]> {
  const { beyond, order } = keyset(users.id, query, 'descending')
  const isWanted = query.email === undefined ? undefined : eq(users.email, query.email)
  return db.select().from(users).where(and(isWanted, beyond)).orderBy(order).limit(query.limit)
}

export async function setDisabled(tx: Tx, id: string, disabledAt: Date | null): Promise<void> {
  await tx.update(users).set({ disabledAt }).where(eq(users.id, id))
}

export async function setRoles(tx: Tx, id: string, roles: string[]): Promise<void> {
  await tx.update(users).set({ roles }).where(eq(users.id, id))
}
