import { type Db, keyset, type Tx } from '@fondasi/postgres'
import type { Range } from '@fondasi/service'
import { and, eq, isNotNull, sql } from 'drizzle-orm'
import { effect, job, webhookEndpoint } from '../../db/schema.ts'
import type { Json } from '../kinds/outcome.ts'

export type Endpoint = typeof webhookEndpoint.$inferSelect

/** By id, which is the order of creation. */
export async function listEndpoints(db: Db, tenant: string, range: Range): Promise<Endpoint[]> {
  const { beyond, order } = keyset(webhookEndpoint.id, range)
  return db
    .select()
    .from(webhookEndpoint)
    .where(and(eq(webhookEndpoint.tenant, tenant), beyond))
    .orderBy(order)
    .limit(range.limit)
}

export async function findEndpoint(db: Db, tenant: string, id: string): Promise<Endpoint | undefined> {
  const [row] = await db.select().from(webhookEndpoint).where(isOf(tenant, id))
  return row
}

/** Reads an endpoint and locks it until the transaction ends. */
export async function lockEndpoint(tx: Tx, tenant: string, id: string): Promise<Endpoint | undefined> {
  const [row] = await tx.select().from(webhookEndpoint).where(isOf(tenant, id)).for('update')
  return row
}

/** Inserts an endpoint. Transactions of one tenant wait for each other. @returns false when the tenant has `max` of them */
export async function insertEndpoint(
  tx: Tx,
  row: typeof webhookEndpoint.$inferInsert,
  max: number,
): Promise<boolean> {
  await tx.execute(
    sql`select pg_advisory_xact_lock(hashtextextended(${`webhook_endpoint ${row.tenant}`}, 0))`,
  )
  if ((await tx.$count(webhookEndpoint, eq(webhookEndpoint.tenant, row.tenant))) >= max) return false
  await tx.insert(webhookEndpoint).values(row)
  return true
}

export async function updateEndpoint(tx: Tx, id: string, changed: Partial<Endpoint>): Promise<void> {
  await tx.update(webhookEndpoint).set(changed).where(eq(webhookEndpoint.id, id))
}

export async function deleteEndpoint(tx: Tx, tenant: string, id: string): Promise<boolean> {
  return (await tx.delete(webhookEndpoint).where(isOf(tenant, id))).rowCount === 1
}

/** Forgets earlier failures. */
export async function recordDelivered(db: Db, id: string): Promise<void> {
  const isFailing = and(eq(webhookEndpoint.id, id), isNotNull(webhookEndpoint.failingSince))
  await db.update(webhookEndpoint).set({ failingSince: null }).where(isFailing)
}

/** Records a failed delivery. @returns whether all deliveries have failed for `maxDays` */
export async function recordFailed(db: Db, id: string, maxDays: number): Promise<boolean> {
  const { rows } = await db.execute<{ tooLong: boolean }>(sql`
    update ${webhookEndpoint} set failing_since = coalesce(failing_since, now()) where id = ${id}
    returning failing_since <= now() - ${maxDays} * interval '1 day' as "tooLong"`)
  return rows[0]?.tooLong ?? false
}

/** Claims the fan-out of an event, in the transaction that makes its deliveries. @returns false if it has already happened */
export async function claimFanOut(tx: Tx, { rootId, id }: { rootId: string; id: string }): Promise<boolean> {
  const { rowCount } = await tx
    .insert(effect)
    .values({ rootId, step: 'fan-out', jobId: id, fence: 0, state: 'done' })
    .onConflictDoNothing()
  return rowCount === 1
}

/**
 * Inserts one delivery for each endpoint that is subscribed to an event. Disabled endpoints get one too, so that it can be
 * redriven. The jobs are pending, and the trigger of their table wakes a dispatcher after the commit.
 *
 * @returns how many
 */
export async function insertDeliveries(
  tx: Tx,
  kind: { name: string; queue: string; version: number },
  event: { tenant: string; eventId: string; type: string; timestamp: string; data: Record<string, Json> },
): Promise<number> {
  const { tenant, ...sent } = event
  const { rowCount } = await tx.execute(sql`
    insert into ${job} (tenant, kind, queue, payload_version, payload)
    select tenant, ${kind.name}, ${kind.queue}, ${kind.version},
      ${JSON.stringify(sent)}::jsonb || jsonb_build_object('endpointId', id)
    from ${webhookEndpoint} where tenant = ${tenant} and ${sent.type} = any(events)`)
  return rowCount ?? 0
}

function isOf(tenant: string, id: string) {
  return and(eq(webhookEndpoint.tenant, tenant), eq(webhookEndpoint.id, id))
}
