import type { Db } from '@fondasi/postgres'
import { and, asc, eq, gt, lt } from 'drizzle-orm'
import { job } from '../../db/schema.ts'

export type LedgerRow = Pick<
  typeof job.$inferSelect,
  'id' | 'kind' | 'state' | 'attempts' | 'createdAt' | 'finishedAt'
>

/** The next jobs of a tenant in the order of their creation, up to the job `before`. */
export async function listLedger(
  db: Db,
  tenant: string,
  range: { after: string | undefined; before: string; limit: number },
): Promise<LedgerRow[]> {
  const { after, before, limit } = range
  return db
    .select({
      id: job.id,
      kind: job.kind,
      state: job.state,
      attempts: job.attempts,
      createdAt: job.createdAt,
      finishedAt: job.finishedAt,
    })
    .from(job)
    .where(
      and(eq(job.tenant, tenant), lt(job.id, before), after === undefined ? undefined : gt(job.id, after)),
    )
    .orderBy(asc(job.id))
    .limit(limit)
}
