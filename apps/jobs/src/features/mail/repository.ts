import type { Db } from '@fondasi/postgres'
import { and, eq, sql } from 'drizzle-orm'
import { suppression } from '../../db/schema.ts'

export type SuppressionReason = (typeof suppression.$inferSelect)['reason']

/** Why an address gets no more mail; undefined when it does. */
export async function findSuppression(
  db: Db,
  tenant: string,
  address: string,
): Promise<SuppressionReason | undefined> {
  const [row] = await db.select({ reason: suppression.reason }).from(suppression).where(isOf(tenant, address))
  return row?.reason
}

/** Suppresses an address. An unsubscribed address stays unsubscribed, also when the mail server refuses it. */
export async function suppress(
  db: Db,
  tenant: string,
  address: string,
  reason: SuppressionReason,
): Promise<void> {
  await db
    .insert(suppression)
    .values({ tenant, address, reason })
    .onConflictDoUpdate({
      target: [suppression.tenant, suppression.address],
      set: { reason },
      setWhere: sql`excluded.reason = 'unsubscribed'`,
    })
}

/** Ends the suppression of an address that was refused and has now accepted a mail. */
export async function liftRefusal(db: Db, tenant: string, address: string): Promise<void> {
  await db.delete(suppression).where(and(isOf(tenant, address), eq(suppression.reason, 'refused')))
}

function isOf(tenant: string, address: string) {
  return and(eq(suppression.tenant, tenant), eq(suppression.address, address))
}
