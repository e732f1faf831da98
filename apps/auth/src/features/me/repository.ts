import type { Db, Tx } from '@fondasi/postgres'
import { eq } from 'drizzle-orm'
import { users } from '../../db/schema.ts'
import type { User } from '../accounts/repository.ts'

export async function renameUser(tx: Tx, id: string, name: string): Promise<User | undefined> {
  const [user] = await tx.update(users).set({ name }).where(eq(users.id, id)).returning()
  return user
}

/** Sessions and password resets go with the user. */
export async function deleteUser(tx: Db | Tx, id: string): Promise<void> {
  await tx.delete(users).where(eq(users.id, id))
}
