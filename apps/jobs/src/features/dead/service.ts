import type { Sealer } from '@fondasi/outbox'
import { type Db, type Tx, withTransaction } from '@fondasi/postgres'
import { NIL as firstId } from 'uuid'
import { problem } from '../../errors.ts'
import { type ChangedBy, recordChange } from '../events/audit-changes.ts'
import type { Enqueuer, JobRequest } from '../jobs/enqueue.ts'
import type { DispatchRow } from '../jobs/repository.ts'
import type { Kind, Kinds } from '../kinds/define-job.ts'
import type { Json } from '../kinds/outcome.ts'
import { decideRedrive, type RedriveDecision } from './redrive-decision.ts'
import type { LockedLetter, Selection } from './repository.ts'
import * as repository from './repository.ts'

/** Few enough that each transaction of a large redrive holds its locks only briefly. */
const lettersAtOnce = 100

export interface RedriveOptions {
  /** Replaces the payload. */
  payload?: Json | undefined
  delayMs?: number | undefined
  /** Repeats effects that have happened. */
  forceEffects?: boolean | undefined
  /** Redrives although the job was redriven three times. */
  force?: boolean | undefined
}

export interface BulkResult {
  redriven: number
  /** Those that stay open, and why. */
  skipped: { id: string; reason: Exclude<RedriveDecision['kind'], 'redrive'> }[]
}

export type DeadLetters = ReturnType<typeof createDeadLetters>

/** Dead letters, until a person redrives or discards them. */
export function createDeadLetters(deps: {
  db: Db
  kinds: Kinds
  sealer: Sealer
  enqueuer: Enqueuer
  retentionSeconds: number
}) {
  const { db, kinds, sealer, enqueuer, retentionSeconds } = deps

  /** A new job has its own id and attempts, but the root of the old one, so that it repeats no effect. */
  function requestFor(letter: LockedLetter, kind: Kind, options: RedriveOptions): JobRequest {
    const { id, tenant, priority, rootId, secret, redriveNo } = letter
    const { payload = letter.payload, delayMs, forceEffects } = options
    const redrive = { redrivenFrom: id, redriveNo: redriveNo + 1 }
    const request = { tenant, kind, payload, priority, delayMs }
    if (forceEffects)
      return { ...request, redrive, secret: secret === null ? undefined : sealer.open(secret, rootId) }
    return { ...request, redrive: { ...redrive, rootId, secret: secret?.toString('base64') ?? null } }
  }

  async function lockOne(tx: Tx, id: string, by: ChangedBy): Promise<LockedLetter> {
    const letter = await repository.lockDeadLetter(tx, by.tenant, id)
    if (letter === undefined) throw problem('dead_letter_not_found')
    return letter
  }

  async function close(
    tx: Tx,
    letters: readonly { id: string }[],
    by: ChangedBy,
    how: { status: 'redriven' | 'discarded'; note?: string | undefined },
  ): Promise<void> {
    const ids = letters.map(({ id }) => id)
    const closing = { status: how.status, note: how.note, by: by.actor.id, retentionSeconds }
    await repository.closeDeadLetters(tx, ids, closing)
    const targets = ids.map((id) => ({ type: 'dead_letter', id }) as const)
    await recordChange(tx, by, `job_${how.status}`, targets)
  }

  /**
   * Handles the open dead letters of a selection, oldest first, each batch in a transaction of its own.
   * @param handle returns the jobs that it has inserted
   */
  async function inBatches(
    selection: Selection,
    max: number,
    by: ChangedBy,
    handle: (tx: Tx, letters: LockedLetter[]) => Promise<DispatchRow[]>,
  ): Promise<void> {
    let after: string = firstId
    for (let left = max; left > 0; ) {
      const limit = Math.min(left, lettersAtOnce)
      const { letters, rows } = await withTransaction(db, async (tx) => {
        const letters = await repository.lockSelected(tx, by.tenant, selection, { after, limit })
        return { letters, rows: await handle(tx, letters) }
      })
      enqueuer.committed(rows)
      if (letters.length < limit) return
      after = letters.at(-1)?.id ?? after
      left -= letters.length
    }
  }

  return {
    /**
     * Redrives one dead letter as a new job.
     *
     * @returns the id of the new job
     * @throws `dead_letter_not_found`, `dead_letter_closed`, `redriven_too_often`, `unknown_kind`, `invalid_payload`,
     * `payload_too_large`
     */
    async redrive(id: string, options: RedriveOptions, by: ChangedBy): Promise<string> {
      const rows = await withTransaction(db, async (tx) => {
        const letter = await lockOne(tx, id, by)
        const payload = options.payload ?? letter.payload
        const decision = decideRedrive(letter, kinds.get(letter.kind), payload, options.force ?? false)
        switch (decision.kind) {
          case 'closed':
            throw problem('dead_letter_closed')
          case 'too_often':
            throw problem('redriven_too_often')
          case 'unknown_kind':
            throw problem('unknown_kind')
          case 'invalid_payload':
            throw decision.problem
          case 'redrive': {
            const inserted = await enqueuer.insert(tx, [requestFor(letter, decision.job, options)])
            await close(tx, [letter], by, { status: 'redriven' })
            return inserted
          }
        }
      })
      enqueuer.committed(rows)
      const [row] = rows
      if (row === undefined) throw new Error('insert returned no row')
      return row.id
    },

    /**
     * Redrives many dead letters. Each yields one new job, even if the process dies and the request is repeated.
     * @param max how many to look at
     */
    async redriveMany(selection: Selection, max: number, by: ChangedBy): Promise<BulkResult> {
      const result: BulkResult = { redriven: 0, skipped: [] }
      await inBatches(selection, max, by, async (tx, letters) => {
        const redriven: LockedLetter[] = []
        const requests: JobRequest[] = []
        for (const letter of letters) {
          const decision = decideRedrive(letter, kinds.get(letter.kind), letter.payload, false)
          if (decision.kind === 'redrive') {
            redriven.push(letter)
            requests.push(requestFor(letter, decision.job, {}))
          } else result.skipped.push({ id: letter.id, reason: decision.kind })
        }
        const rows = await enqueuer.insert(tx, requests)
        await close(tx, redriven, by, { status: 'redriven' })
        result.redriven += rows.length
        return rows
      })
      return result
    },

    /** How many open dead letters a selection has. */
    count: (selection: Selection, tenant: string) => repository.countSelected(db, tenant, selection),

    /**
     * Closes one dead letter without a new job.
     * @throws `dead_letter_not_found`, `dead_letter_closed`
     */
    async discard(id: string, note: string | undefined, by: ChangedBy): Promise<void> {
      await withTransaction(db, async (tx) => {
        const letter = await lockOne(tx, id, by)
        if (letter.status !== 'open') throw problem('dead_letter_closed')
        await close(tx, [letter], by, { status: 'discarded', note })
      })
    },

    /** Closes many dead letters without new jobs. @returns how many */
    async discardMany(
      selection: Selection,
      max: number,
      note: string | undefined,
      by: ChangedBy,
    ): Promise<number> {
      let discarded = 0
      await inBatches(selection, max, by, async (tx, letters) => {
        await close(tx, letters, by, { status: 'discarded', note })
        discarded += letters.length
        return []
      })
      return discarded
    },
  }
}
