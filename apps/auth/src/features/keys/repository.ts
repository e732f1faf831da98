import type { Db, Tx } from '@fondasi/postgres'
import { eq, lte, sql } from 'drizzle-orm'
import { signingKeys } from '../../db/schema.ts'

export type SigningKeyRow = typeof signingKeys.$inferSelect

// An advisory lock is a number within one database. This one serialises the rotation of signing keys.
const rotationLock = 4_101_001

/** Held until the transaction ends: of ten instances that find a key missing, only one creates it. */
export async function lockRotation(tx: Tx): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${rotationLock})`)
}

/** All keys, ordered by when they sign. */
export function findKeys(db: Db | Tx): Promise<SigningKeyRow[]> {
  return db.select().from(signingKeys).orderBy(signingKeys.notBefore, signingKeys.kid)
}

export async function insertKey(tx: Tx, key: SigningKeyRow): Promise<void> {
  await tx.insert(signingKeys).values(key)
}

export async function setNotBefore(tx: Tx, kid: string, notBefore: Date): Promise<void> {
  await tx.update(signingKeys).set({ notBefore }).where(eq(signingKeys.kid, kid))
}

/** @param retirement null when the successor was revoked: the key continues to sign */
export async function setRetirement(
  tx: Tx,
  kid: string,
  retirement: { retireAt: Date; removeAt: Date } | null,
): Promise<void> {
  await tx
    .update(signingKeys)
    .set(retirement ?? { retireAt: null, removeAt: null })
    .where(eq(signingKeys.kid, kid))
}

export async function deleteKey(tx: Tx, kid: string): Promise<void> {
  await tx.delete(signingKeys).where(eq(signingKeys.kid, kid))
}

export async function deleteGoneKeys(tx: Tx, now: Date): Promise<void> {
  await tx.delete(signingKeys).where(lte(signingKeys.removeAt, now))
}
