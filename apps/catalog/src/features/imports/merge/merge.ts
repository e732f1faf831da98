import { audit } from '@fondasi/outbox'
import { type Db, type Tx, withTransaction } from '@fondasi/postgres'
import type { Logger } from 'pino'
import { cleanPendingLists } from '../../search-index/repository.ts'
import { abandoned, mayMergeAgain } from '../failure.ts'
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
  actor: { type: 'user' | 'service'; id: string }
  requestId: string
}

interface MergeResult {
  failed: number
  created: number
  updated: number
}

/** Merges all good rows of an import in one transaction. @param stopping cancels it; then nothing is changed */
export async function mergeImport(
  deps: MergeDeps,
  staged: StagedImport,
  stopping: AbortSignal,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const result = await mergeOnce(deps, staged, stopping)
      deps.log.info({ importId: staged.id, ...result }, 'import is done')
      await cleanPendingLists(deps.db)
      return
    } catch (error) {
      if (!mayMergeAgain(error, attempt)) throw error
    }
  }
}

function mergeOnce(deps: MergeDeps, staged: StagedImport, stopping: AbortSignal): Promise<MergeResult> {
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
  { db, clock }: MergeDeps,
  tx: Tx,
  { id, actor, requestId }: StagedImport,
  stopping: AbortSignal,
): Promise<MergeResult> {
  const now = clock()
  if (!(await repository.isWhole(tx, id))) throw new Error('PostgreSQL has lost staged rows')
  await repository.lockProducts(tx, id)
  const failed = await repository.planMerge(tx, id)
  const { created, updated } = await repository.writeProducts(tx, id, now)
  await rebuildSearchRows(db, tx, { id, now }, stopping)
  const result = { failed, created, updated }
  await audit(tx, {
    action: 'catalog.import_completed',
    outcome: 'success',
    actor,
    targets: [{ type: 'import', id }],
    context: { requestId, source: 'catalog' },
    occurredAt: now,
    metadata: result,
  })
  const isOurs = await repository.finishMerge(tx, id, { ...result, now: clock() })
  if (!isOurs) throw abandoned()
  return result
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
