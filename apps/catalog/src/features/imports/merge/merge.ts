import { audit } from '@fondasi/outbox'
import { type Db, type Tx, withTransaction } from '@fondasi/postgres'
import type { Logger } from 'pino'
import { cleanPendingLists } from '../../search-index/repository.ts'
import { abandoned, everyRowFailed, mayMergeAgain } from '../failure.ts'
import * as plan from '../plan/repository.ts'
import * as imports from '../repository.ts'
import * as repository from './repository.ts'

interface MergeDeps {
  db: Db
  log: Logger
  clock: () => Date
}

/** An import whose rows are staged, and who sent it. */
interface StagedImport {
  id: string
  /** Reports what would happen, and changes nothing. */
  dryRun: boolean
  rowsRead: number
  rowsFailed: number
  actor: { type: 'user' | 'service'; id: string }
  requestId: string
}

type Result = { failed: number; created: number; updated: number; unchanged: number }

/** Merges all good rows of an import in one transaction. @param stopping cancels it; then nothing is changed */
export async function mergeImport(
  deps: MergeDeps,
  staged: StagedImport,
  stopping: AbortSignal,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const result = await mergeOnce(deps, staged, stopping)
      deps.log.info({ importId: staged.id, dryRun: staged.dryRun, ...result }, 'import has ended')
      await cleanPendingLists(deps.db)
      return
    } catch (error) {
      if (!mayMergeAgain(error, attempt)) throw error
    }
  }
}

function mergeOnce(deps: MergeDeps, staged: StagedImport, stopping: AbortSignal): Promise<Result> {
  return withTransaction(deps.db, async (tx) => {
    const pid = await repository.prepareMerge(tx)
    const cancel = () => void repository.cancelMerge(deps.db, pid).catch(() => {})
    stopping.addEventListener('abort', cancel)
    try {
      stopping.throwIfAborted()
      return await mergeRows(deps, tx, staged, stopping)
    } finally {
      stopping.removeEventListener('abort', cancel)
    }
  })
}

async function mergeRows(
  deps: MergeDeps,
  tx: Tx,
  staged: StagedImport,
  stopping: AbortSignal,
): Promise<Result> {
  const { id, dryRun, rowsRead, rowsFailed } = staged
  const now = deps.clock()
  if (!(await repository.isWhole(tx, id))) throw new Error('PostgreSQL has lost staged rows')
  const failed = rowsFailed + (await planMerge(tx, id))
  const written = await (dryRun ? tryWrites(tx, id, now) : repository.writeProducts(tx, id, now))
  const failure = failed === rowsRead ? everyRowFailed : null
  if (!dryRun && failure === null) {
    await rebuildSearchRows(deps.db, tx, { id, now }, stopping)
    await recordImport(tx, staged, { ...written, failed }, now)
  }
  const { created, updated, unchanged } = written
  const result = { failed, created, updated, unchanged }
  const isOurs = await repository.finishMerge(tx, id, { ...result, failure, now: deps.clock() })
  if (!isOurs) throw abandoned()
  return result
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

async function tryWrites(tx: Tx, id: string, now: Date): Promise<repository.Written> {
  await repository.beginDryRun(tx)
  const written = await repository.writeProducts(tx, id, now)
  await repository.undoWrites(tx)
  return written
}

async function rebuildSearchRows(
  db: Db,
  tx: Tx,
  { id, now }: { id: string; now: Date },
  stopping: AbortSignal,
): Promise<void> {
  let total = 0
  let batch = { rows: 0, last: 0 }
  do {
    batch = await repository.rebuildNext(tx, id, { after: batch.last, now })
    total += batch.rows
    // Outside the transaction, so that the client sees the progress.
    await imports.reportProgress(db, id, total)
    stopping.throwIfAborted()
  } while (batch.rows > 0)
}

async function recordImport(
  tx: Tx,
  { id, actor, requestId }: StagedImport,
  { changes, ...counts }: repository.Written & { failed: number },
  now: Date,
): Promise<void> {
  await audit(tx, {
    action: 'catalog.import_completed',
    outcome: 'success',
    actor,
    targets: [{ type: 'import', id }],
    context: { requestId, source: 'catalog' },
    occurredAt: now,
    changes,
    metadata: counts,
  })
}
