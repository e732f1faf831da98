import { type Db, keyset, type Tx } from '@fondasi/postgres'
import type { Range } from '@fondasi/service'
import { eq, sql } from 'drizzle-orm'
import { clients } from '../../db/schema.ts'

export type Client = typeof clients.$inferSelect

/** @returns false when a client with the id exists */
export async function insertClient(tx: Tx, client: Client): Promise<boolean> {
  const inserted = await tx.insert(clients).values(client).onConflictDoNothing().returning({ id: clients.id })
  return inserted.length === 1
}

export async function findClient(db: Db | Tx, id: string): Promise<Client | undefined> {
  const [client] = await db.select().from(clients).where(eq(clients.id, id))
  return client
}

/** Locks a client against deletion until the transaction ends. @returns false when there is no such client */
export async function holdClient(tx: Tx, id: string): Promise<boolean> {
  const held = await tx.select({ id: clients.id }).from(clients).where(eq(clients.id, id)).for('key share')
  return held.length === 1
}

/** By id. */
export async function listClients(db: Db, range: Range): Promise<Client[]> {
  const { beyond, order } = keyset(clients.id, range)
  return db.select().from(clients).where(beyond).orderBy(order).limit(range.limit)
}

/** The current secret becomes the previous one. @returns undefined when there is no such client */
export async function rotateSecret(
  tx: Tx,
  id: string,
  next: { secretHash: Buffer; previousSecretExpiresAt: Date },
): Promise<Client | undefined> {
  const [client] = await tx
    .update(clients)
    .set({ ...next, previousSecretHash: sql`${clients.secretHash}` })
    .where(eq(clients.id, id))
    .returning()
  return client
}

export async function deleteClient(tx: Tx, id: string): Promise<boolean> {
  const deleted = await tx.delete(clients).where(eq(clients.id, id)).returning({ id: clients.id })
  return deleted.length === 1
}
