import type { Readable } from 'node:stream'
import { audit } from '@fondasi/outbox'
import { type Db, isDeadlock, isUniqueViolation, withTransaction } from '@fondasi/postgres'
import { Problem, type Range, serviceProblem } from '@fondasi/service'
import type { Logger } from 'pino'
import type { Config } from '../../config.ts'
import { problem } from '../../errors.ts'
import { cleanPendingLists } from '../search-index/repository.ts'
import { createBatch } from './batch.ts'
import { readCsv } from './csv.ts'
import * as merging from './merge/repository.ts'
import { readNdjson } from './ndjson.ts'
import * as repository from './repository.ts'
import { checkRow } from './row.ts'

export interface NewImport {
  format: 'ndjson' | 'csv'
  body: Readable
  actor: { type: 'user' | 'service'; id: string }
  requestId: string
}

const heartbeatEveryMs = 5_000
/** An import that has not been heard of for so long has lost its process: six heartbeats. */
const silentAfterMs = 30_000
/** Somebody else may lock the same products in another order, or take a SKU meanwhile: then the merge runs anew. */
const maxMergeAttempts = 3

const interrupted =
  'interrupted: the service ended before it was done; nothing was changed, send the file again'

/**
 * Takes files of products: receives them into a staging table, then merges all good rows in one transaction.
 * An import is done or nothing of it has happened (docs/adr/0021-an-import-is-staged-then-merged-once.md).
 */
export function createImportService(deps: {
  db: Db
  pool: repository.Pool
  log: Logger
  clock: () => Date
  config: Config
}) {
  const { db, pool, log, clock, config } = deps
  const bodies = new Set<Readable>()
  const stopping = new AbortController()
  // One connection for all merges of this process: those of other processes wait in the database.
  let merges = Promise.resolve()

  async function receiveRows(id: string, { format, body }: NewImport): Promise<void> {
    const declared = await repository.readDeclared(db)
    const chunks = readAtMost(body, config)
    const rows = format === 'csv' ? readCsv(chunks, declared) : readNdjson(chunks)
    const batch = createBatch(id)
    const flush = async () => {
      const isAlive = await repository.stage(db, pool, { importId: id, ...batch.take(), now: clock() })
      if (!isAlive) throw serviceProblem('dependency_unavailable', { detail: 'The import was given up' })
    }
    let count = 0
    for await (const read of rows) {
      count += 1
      const checked = checkRow(read, declared)
      while (!batch.add(checked)) await flush()
    }
    if (count === 0) throw serviceProblem('malformed_body', { detail: 'There is no row in it' })
    await flush()
  }

  function mergeRows(id: string, { actor, requestId }: NewImport) {
    return withTransaction(db, async (tx) => {
      const pid = await merging.prepareMerge(tx)
      const cancel = () => void merging.cancelMerge(db, pid).catch(() => {})
      stopping.signal.addEventListener('abort', cancel)
      try {
        stopping.signal.throwIfAborted()
        const now = clock()
        if (!(await merging.isWhole(tx, id))) throw new Error('staged rows got lost')
        await merging.lockProducts(tx, id)
        const failed = await merging.planMerge(tx, id)
        const { created, updated } = await merging.writeProducts(tx, id, now)
        let merged = { rows: 0, last: 0 }
        let total = 0
        do {
          merged = await merging.rebuildNext(tx, id, { after: merged.last, now })
          total += merged.rows
          // Not in the transaction: others are to see it.
          await repository.reportProgress(db, id, total)
          stopping.signal.throwIfAborted()
        } while (merged.rows > 0)
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
        const isOurs = await merging.finishMerge(tx, id, { ...result, now: clock() })
        if (!isOurs) throw new Error('the import was given up')
        return result
      } finally {
        stopping.signal.removeEventListener('abort', cancel)
      }
    })
  }

  async function merge(id: string, request: NewImport): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const result = await mergeRows(id, request)
        log.info({ importId: id, ...result }, 'import is done')
        await cleanPendingLists(db)
        return
      } catch (error) {
        if (attempt < maxMergeAttempts && (isDeadlock(error) || isUniqueViolation(error))) continue
        throw error
      }
    }
  }

  async function fail(id: string, error: unknown): Promise<void> {
    const reason = stopping.signal.aborted
      ? interrupted
      : error instanceof Problem
        ? error.message
        : 'the database refused it or went away; nothing was changed'
    log.warn({ err: error, importId: id }, 'import failed')
    await repository.failImport(db, id, reason, clock())
    await repository.sweepStaged(db)
  }

  return {
    /**
     * Resolves when the whole body is staged; the merge goes on in the background.
     * @throws `malformed_body`, `payload_too_large`, `request_timeout`, `imports_stopping`
     */
    async receive(request: NewImport): Promise<repository.Import> {
      if (stopping.signal.aborted) throw problem('imports_stopping')
      const { format, body, actor } = request
      const now = clock()
      const { id } = await repository.createImport(db, {
        format,
        state: 'receiving',
        createdBy: `${actor.type}:${actor.id}`,
        createdAt: now,
        heartbeatAt: now,
      })
      bodies.add(body)
      const heart = setInterval(() => {
        repository.beat(db, id, clock()).catch(() => {})
      }, heartbeatEveryMs)
      const failed = async (error: unknown) => {
        try {
          await fail(id, error)
        } catch (reason) {
          log.warn({ err: reason, importId: id }, 'left to be given up')
        }
      }
      try {
        await receiveRows(id, request)
        const received = await repository.beginMerge(db, id, clock())
        if (!received) throw serviceProblem('dependency_unavailable', { detail: 'The import was given up' })
        merges = merges
          .then(() => merge(id, request))
          .catch(failed)
          .finally(() => clearInterval(heart))
        return received
      } catch (error) {
        clearInterval(heart)
        const cause = isAborted(error)
          ? serviceProblem('malformed_body', { detail: 'The body ended early' })
          : error
        await failed(cause)
        throw cause
      } finally {
        bodies.delete(body)
      }
    },

    /** @throws `import_not_found` */
    async read(id: string): Promise<repository.Import> {
      const found = await repository.findImport(db, id)
      if (!found) throw problem('import_not_found')
      return found
    },

    listErrors: (importId: string, range: Range) => repository.listErrors(db, importId, range),

    /** Says of imports whose process is no more that they failed, and clears away what they staged. */
    async giveUpSilent(): Promise<void> {
      const now = clock()
      const silentSince = new Date(now.getTime() - silentAfterMs)
      const ids = await repository.failSilent(db, { silentSince, failure: interrupted, now })
      if (ids.length === 0) return
      log.warn({ importIds: ids }, 'imports were interrupted')
      await repository.sweepStaged(db)
    },

    /** Interrupts what runs, says so in the database, and resolves when all has ended. */
    async close(): Promise<void> {
      stopping.abort()
      for (const body of bodies) body.destroy(problem('imports_stopping'))
      await merges
    },
  }
}

/** The bytes of a body. Left early it is not destroyed, or no answer could be sent. @throws `payload_too_large` */
async function* readAtMost(body: Readable, config: Config): AsyncGenerator<Buffer> {
  const { IMPORT_MAX_BYTES: maxBytes, TRANSFER_STALLED_SECONDS: stalledAfterSeconds } = config
  let bytes = 0
  const stalled = setTimeout(
    () =>
      body.destroy(
        serviceProblem('request_timeout', { detail: `Nothing came for ${stalledAfterSeconds} s` }),
      ),
    stalledAfterSeconds * 1000,
  )
  try {
    for await (const chunk of body.iterator({ destroyOnReturn: false })) {
      stalled.refresh()
      if (!Buffer.isBuffer(chunk)) throw new TypeError('a body comes in buffers')
      bytes += chunk.length
      if (bytes > maxBytes) throw serviceProblem('payload_too_large', { detail: `At most ${maxBytes} bytes` })
      yield chunk
    }
  } finally {
    clearTimeout(stalled)
  }
}

/** The client has gone in the middle of its body. */
function isAborted(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && error.code === 'ECONNRESET' && error.message === 'aborted'
  )
}
