import type { Db } from '@fondasi/postgres'
import { and, asc, eq, gt, lt } from 'drizzle-orm'
import { job } from '../../db/schema.ts'

/** The next jobs of a tenant in the order of their creation, up to the job `before`. */
export async function listLedger(
  db: Db,
  tenant: string,
  range: { after: string | undefined; before: string; limit: number },
) {
  const { after, before, limit } = range
  const { id, kind, state, attempts, createdAt, finishedAt } = job
  const isInRange = and(lt(id, before), after === undefined ? undefined : gt(id, after))
  return db
    .select({ id, kind, state, attempts, createdAt, finishedAt })
    .from(job)
    .where(and(eq(job.tenant, tenant), isInRange))
    .orderBy(asc(id))
    .limit(limit)
}
