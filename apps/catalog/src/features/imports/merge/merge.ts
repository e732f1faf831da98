import { audit } from '@fondasi/outbox'
import { type Db, type Tx, withTransaction } from '@fondasi/postgres'
import type { Logger } from 'pino'
import type { ChangedBy } from '../../events/changes.ts'
import { cleanPendingLists } from '../../search-index/repository.ts'
import { abandoned, everyRowFailed, mayMergeAgain } from '../failure.ts'
import * as plan from '../plan/repository.ts'
import { type Import, reportProgress } from '../repository.ts'
import * as repository from './repository.ts'

interface MergeDeps {
  db: Db
  log: Logger
  clock: () => Date
}

/** Who sent an import, and in which request. */
export type Sender = Pick<ChangedBy, 'actor' | 'requestId'>

interface Merge {
  staged: Import
  sender: Sender
  /** Cancels the merge; then nothing is changed. */
  stopping: AbortSignal
}

/** Merges all good rows of a staged import in one transaction. */
export async function mergeImport(deps: MergeDeps, merge: Merge): Promise<void> {
  const { id, dryRun } = merge.staged
  for (let attempt = 1; ; attempt += 1) {
    try {
      const counts = await mergeOnce(deps, merge)
      deps.log.info({ importId: id, dryRun, ...counts }, 'import has ended')
      await cleanPendingLists(deps.db)
      return
    } catch (error) {
      if (!mayMergeAgain(error, attempt)) throw error
    }
  }
}

function mergeOnce(deps: MergeDeps, merge: Merge): Promise<repository.Counts> {
  const { stopping } = merge
  return withTransaction(deps.db, async (tx) => {
    const pid = await repository.prepareMerge(tx)
    const cancel = () => void repository.cancelMerge(deps.db, pid).catch(() => {})
    stopping.addEventListener('abort', cancel)
    try {
      stopping.throwIfAborted()
      return await mergeRows(deps, tx, merge)
    } finally {
      stopping.removeEventListener('abort', cancel)
    }
  })
}

async function mergeRows(
  { db, clock }: MergeDeps,
  tx: Tx,
  { staged, sender, stopping }: Merge,
): Promise<repository.Counts> {
  const { id, dryRun, rowsRead, rowsFailed } = staged
  const now = clock()
  if (!(await repository.isWhole(tx, id))) throw new Error('PostgreSQL has lost staged rows')
  const failed = rowsFailed + (await planMerge(tx, id))
  const { stockChanges, changes, ...written } = await repository.writeProducts(tx, id, now)
  const counts = { ...written, failed }
  const failure = failed === rowsRead ? everyRowFailed : null
  if (dryRun) await repository.undoWrites(tx)
  else if (failure === null) {
    for await (const rowsMerged of repository.rebuildSearchRows(tx, id, now)) {
      // Outside the transaction, so that the client sees the progress.
      await reportProgress(db, id, { rowsMerged })
      stopping.throwIfAborted()
    }
    await audit(tx, {
      action: 'catalog.import_completed',
      outcome: 'success',
      actor: sender.actor,
      targets: [{ type: 'import', id }],
      context: { requestId: sender.requestId, source: 'catalog' },
      occurredAt: now,
      changes,
      metadata: { ...counts, stockChanges },
    })
  }
  if (!(await repository.finishMerge(tx, id, counts, failure, clock()))) throw abandoned()
  return counts
}

/** Decides what each row is for. @returns the number of rows that it rejects */
async function planMerge(tx: Tx, id: string): Promise<number> {
  await plan.lockProducts(tx, id)
  let failed = await plan.identifyRows(tx, id)
  let rejected: number
  do {
    await plan.collectFields(tx, id)
    rejected = await plan.rejectRows(tx, id)
    failed += rejected
  } while (rejected > 0)
  return failed
}
