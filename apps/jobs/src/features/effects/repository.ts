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
 * Records that a run is about to perform an effect. When an earlier run has begun it and not finished, the run takes it over.
 * This is one statement, because the earlier run may still be alive and finish the effect at the same time.
 *
 * @param takenOver the state of an effect that is taken over: `sending` to perform it again, `ambiguous` to leave it to a person
 * @returns undefined when the effect is done, or when the fence has moved on
 */
export async function beginEffect(
  db: Db,
  { rootId, step }: Step,
  held: HeldJob,
  takenOver: 'sending' | 'ambiguous',
): Promise<'begun' | 'takenOver' | undefined> {
  const { rows } = await db.execute<{ isTakenOver: boolean }>(sql`
    insert into ${effect} as e (root_id, step, job_id, fence, state)
    select ${rootId}::uuid, ${step}::text, id, fence, 'sending' from ${job}
    where id = ${held.id} and fence = ${held.fence} and ${isOpen}
    on conflict (root_id, step) do update
      set job_id = excluded.job_id, fence = excluded.fence, state = ${takenOver}, at = now() where e.state <> 'done'
    returning old.state is not null as "isTakenOver"`)
  const [row] = rows
  return row && (row.isTakenOver ? 'takenOver' : 'begun')
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

/** Records the result of an effect, unless another run has taken it over. */
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
