import { addAbortSignal } from 'node:stream'
import type { Db } from '@fondasi/postgres'
import type { Range } from '@fondasi/service'
import type { Logger } from 'pino'
import type { Config } from '../../config.ts'
import { problem } from '../../errors.ts'
import { abandoned, failureReason, interrupted, receiveProblem } from './failure.ts'
import { mergeImport, type Sender } from './merge/merge.ts'
import { type ReceivedFile, receiveRows } from './receive.ts'
import * as repository from './repository.ts'

interface ImportServiceDeps {
  db: Db
  log: Logger
  clock: () => Date
  config: Config
}

export type ImportService = ReturnType<typeof createImportService>

const heartbeatEveryMs = 5_000
/** Six heartbeats: an import that has sent none for that long has lost its process. */
const staleAfterMs = 30_000

/**
 * Takes files of products: receives them into a staging table, then merges all good rows in one transaction. Either
 * the whole import is applied or nothing is (docs/adr/0021-an-import-is-staged-then-merged-once.md).
 */
export function createImportService(deps: ImportServiceDeps) {
  const { db, log, clock } = deps
  const stopping = new AbortController()
  // One merge of this process at a time, so that merges hold one connection. Other processes wait in the database.
  let merges = Promise.resolve()

  return {
    /**
     * Resolves when the whole body is staged; the merge continues in the background.
     *
     * @throws `malformed_body`, `validation_failed`, `payload_too_large`, `request_timeout`, `imports_stopping`
     */
    async receive(file: ReceivedFile, sender: Sender): Promise<repository.Import> {
      if (stopping.signal.aborted) throw problem('imports_stopping')
      const { format, mode, dryRun, category } = file
      const createdBy = `${sender.actor.type}:${sender.actor.id}`
      const options = { format, mode, dryRun, category, createdBy }
      const { id } = await repository.createImport(db, options, clock())
      // Shows other processes that this one is alive. A heartbeat that fails is followed by the next one.
      const sendHeartbeat = () =>
        void repository.reportProgress(db, id, { heartbeatAt: clock() }).catch(() => {})
      const heartbeat = setInterval(sendHeartbeat, heartbeatEveryMs)
      const fail = (error: unknown) => failImport(deps, id, error, stopping.signal.aborted)
      try {
        const body = addAbortSignal(stopping.signal, file.body)
        const read = await receiveRows(deps, id, { ...file, body })
        const received = await repository.beginMerge(db, id, read)
        if (!received) throw abandoned()
        merges = merges
          .then(() => mergeImport(deps, { staged: received, sender, stopping: stopping.signal }))
          .catch(fail)
          .finally(() => clearInterval(heartbeat))
        return received
      } catch (error) {
        clearInterval(heartbeat)
        const cause = stopping.signal.aborted ? problem('imports_stopping') : receiveProblem(error)
        await fail(cause)
        throw cause
      }
    },

    /** @throws `import_not_found` */
    async read(id: string): Promise<repository.Import> {
      const found = await repository.findImport(db, id)
      if (!found) throw problem('import_not_found')
      return found
    },

    listErrors: (importId: string, range: Range) => repository.listErrors(db, importId, range),

    /** Marks imports as failed whose process has died, and deletes what no import needs any more. */
    async failStale(): Promise<void> {
      const silentSince = new Date(clock().getTime() - staleAfterMs)
      const ids = await repository.failImports(db, { silentSince }, interrupted, clock())
      await repository.sweepDeletedSkus(db)
      if (ids.length === 0) return
      log.warn({ importIds: ids }, 'marked imports as failed whose process had died')
      await repository.sweepStaged(db)
    },

    /** Interrupts running imports, marks them as failed, and resolves when all have ended. */
    async close(): Promise<void> {
      stopping.abort()
      await merges
    },
  }
}

/** Never throws: without the database, the import stays unfinished until `failStale` finds it. */
async function failImport(
  { db, log, clock }: ImportServiceDeps,
  id: string,
  error: unknown,
  isStopping: boolean,
): Promise<void> {
  log.warn({ err: error, importId: id }, 'import failed')
  try {
    await repository.failImports(db, { id }, failureReason(error, isStopping), clock())
    await repository.sweepStaged(db)
  } catch (reason) {
    log.warn({ err: reason, importId: id }, 'could not mark the import as failed; the next sweep will')
  }
}
