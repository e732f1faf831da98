import type { Db } from '@fondasi/postgres'
import { and, eq, sql } from 'drizzle-orm'
import { effect, isOpen, job } from '../../db/schema.ts'
import type { Json } from '../kinds/outcome.ts'
import type { HeldJob } from '../run/repository.ts'

export interface Step {
  rootId: string
  step: string
}

/**
 * Records that a run is about to perform an effect that no run has begun before.
 * @returns false when another run has begun it, or when the fence has moved on
 */
export async function beginEffect(db: Db, { rootId, step }: Step, held: HeldJob): Promise<boolean> {
  const { rowCount } = await db.execute(sql`
    insert into ${effect} (root_id, step, job_id, fence, state)
    select ${rootId}::uuid, ${step}::text, id, fence, 'sending' from ${job}
    where id = ${held.id} and fence = ${held.fence} and ${isOpen}
    on conflict do nothing`)
  return rowCount === 1
}

export async function findEffect(
  db: Db,
  { rootId, step }: Step,
): Promise<typeof effect.$inferSelect | undefined> {
  const [row] = await db
    .select()
    .from(effect)
    .where(and(eq(effect.rootId, rootId), eq(effect.step, step)))
  return row
}

/**
 * Takes over an effect that an earlier run has begun and not finished.
 *
 * @param state `sending` to perform it again, `ambiguous` to leave it to a person
 * @returns false when the fence has moved on
 */
export async function takeOverEffect(
  db: Db,
  { rootId, step }: Step,
  held: HeldJob,
  state: 'sending' | 'ambiguous',
): Promise<boolean> {
  const { rowCount } = await db.execute(sql`
    update ${effect} as e set job_id = job.id, fence = job.fence, state = ${state}, at = now() from ${job}
    where e.root_id = ${rootId} and e.step = ${step} and e.state <> 'done'
      and job.id = ${held.id} and job.fence = ${held.fence} and ${isOpen}`)
  return rowCount === 1
}

/** Records what an effect left, unless another run has taken it over. */
export async function finishEffect(
  db: Db,
  step: Step,
  held: HeldJob,
  left: { providerRef: string | null; result: Json },
): Promise<void> {
  await db
    .update(effect)
    .set({ ...left, state: 'done', at: sql`now()` })
    .where(isHeld(step, held))
}

/** Forgets an effect that has certainly not happened. */
export async function forgetEffect(db: Db, step: Step, held: HeldJob): Promise<void> {
  await db.delete(effect).where(isHeld(step, held))
}

function isHeld({ rootId, step }: Step, held: HeldJob) {
  return and(
    eq(effect.rootId, rootId),
    eq(effect.step, step),
    eq(effect.jobId, held.id),
    eq(effect.fence, held.fence),
    eq(effect.state, 'sending'),
  )
}
