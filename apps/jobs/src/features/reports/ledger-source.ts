import type { Db } from '@fondasi/postgres'
import { jobState } from '../../db/schema.ts'
import type { Source } from './report.ts'
import { listLedger } from './repository.ts'

const batchRows = 500
const stateNames = new Map<number, string>(Object.entries(jobState).map(([name, state]) => [state, name]))

/** The jobs of a tenant that are older than the report's own job. Otherwise a report of a busy service might never end. */
export function createLedgerSource(db: Db, { tenant, jobId }: { tenant: string; jobId: string }): Source {
  return {
    title: 'Jobs',
    columns: [
      { name: 'id', share: 3 },
      { name: 'kind', share: 3 },
      { name: 'state', share: 1 },
      { name: 'attempts', share: 1 },
      { name: 'created at', share: 2 },
      { name: 'finished at', share: 2 },
    ],
    async *batches(after) {
      let last = after
      for (;;) {
        const jobs = await listLedger(db, tenant, { after: last, before: jobId, limit: batchRows })
        last = jobs.at(-1)?.id
        if (last === undefined) return
        const rows = jobs.map(({ id, kind, state, attempts, createdAt, finishedAt }) => [
          id,
          kind,
          stateNames.get(state) ?? state,
          attempts,
          createdAt.toISOString(),
          finishedAt?.toISOString() ?? null,
        ])
        yield { rows, after: last }
      }
    },
  }
}
