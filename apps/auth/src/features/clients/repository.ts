import type { Db, Tx } from '@fondasi/postgres'
import { asc, desc, eq, gt, lt, sql } from 'drizzle-orm'
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

/** Is it there, and does it stay until the transaction ends? Whoever deletes it waits. */
export async function holdClient(tx: Tx, id: string): Promise<boolean> {
  const held = await tx.select({ id: clients.id }).from(clients).where(eq(clients.id, id)).for('key share')
  return held.length === 1
}

/** By id. @param options.after, options.before the id that the page follows or precedes (then in reverse order) */
export function listClients(
  db: Db,
  options: { limit: number; after?: string | undefined; before?: string | undefined },
): Promise<Client[]> {
  const { limit, after, before } = options
  const query = db.select().from(clients).limit(limit)
  if (before !== undefined) return query.where(lt(clients.id, before)).orderBy(desc(clients.id))
  return query.where(after === undefined ? undefined : gt(clients.id, after)).orderBy(asc(clients.id))
}

/** The present secret becomes the previous one. @returns undefined when there is no such client */
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
