import type { Sealer } from '@fondasi/outbox'
import { type Db, type Tx, withTransaction } from '@fondasi/postgres'
import { v7 as uuidv7 } from 'uuid'
import { problem } from '../../errors.ts'
import type { Dispatcher } from '../dispatch/dispatcher.ts'
import { type ChangedBy, recordChange } from '../events/audit-changes.ts'
import { payloadProblem } from '../jobs/enqueue.ts'
import { type DispatchRow, insertJobs, type NewJob } from '../jobs/repository.ts'
import type { Kind, Kinds } from '../kinds/define-job.ts'
import type { Json } from '../kinds/outcome.ts'
import { activeTraceparent } from '../run/trace.ts'
import { decideRedrive, type RedriveDecision } from './redrive-decision.ts'
import type { LockedLetter, Selection } from './repository.ts'
import * as repository from './repository.ts'

/** Short transactions, so that a redrive of thousands holds its locks only for a moment. */
const lettersAtOnce = 100
const firstId = '00000000-0000-0000-0000-000000000000'

export interface RedriveOptions {
  /** Replaces the payload. */
  payload?: Json | undefined
  delayMs?: number | undefined
  /** Performs effects again that have happened. */
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
  dispatcher: Pick<Dispatcher, 'add'>
  owner: string
  retentionSeconds: number
}) {
  const { db, kinds, sealer, dispatcher, owner, retentionSeconds } = deps

  /** A new job: its own id and attempts, but the root of the old one, so that no effect happens twice. */
  function newJobFor(letter: LockedLetter, kind: Kind, options: RedriveOptions): NewJob {
    const id = uuidv7()
    const { secret } = letter
    const rootId = options.forceEffects ? id : letter.rootId
    const resealed =
      secret === null || rootId === letter.rootId
        ? secret
        : sealer.seal(sealer.open(secret, letter.rootId), rootId)
    return {
      id,
      tenant: letter.tenant,
      kind: kind.name,
      queue: kind.queue,
      payload: options.payload ?? letter.payload,
      payloadVersion: kind.version,
      secret: resealed?.toString('base64'),
      priority: letter.priority,
      delayMs: options.delayMs ?? 0,
      startWithinMs: undefined,
      rootId,
      redrivenFrom: letter.id,
      redriveNo: letter.redriveNo + 1,
      scheduleId: undefined,
      traceparent: activeTraceparent(),
    }
  }

  async function insertRedrives(tx: Tx, jobs: readonly NewJob[], by: ChangedBy): Promise<DispatchRow[]> {
    const [first, ...others] = jobs.map(({ redrivenFrom = '' }) => ({
      type: 'dead_letter' as const,
      id: redrivenFrom,
    }))
    if (first === undefined) return []
    const rows = await insertJobs(tx, jobs, owner)
    const closed = jobs.map(({ id, redrivenFrom = '' }) => ({ id: redrivenFrom, redrivenJobId: id }))
    const closing = { status: 'redriven', by: by.actor.id, note: undefined, retentionSeconds } as const
    await repository.closeDeadLetters(tx, closed, closing)
    await recordChange(tx, by, 'job_redriven', [first, ...others])
    return rows
  }

  /** Redrives the oldest open dead letters after `after`, in a transaction of its own. */
  async function redriveSome(selection: Selection, by: ChangedBy, range: { after: string; limit: number }) {
    return withTransaction(db, async (tx) => {
      const letters = await repository.lockSelected(tx, by.tenant, selection, range)
      const decided = letters.map((letter) => ({
        letter,
        decision: decideRedrive(letter, kinds.get(letter.kind), letter.payload, false),
      }))
      const jobs = decided.flatMap(({ letter, decision }) =>
        decision.kind === 'redrive' ? [newJobFor(letter, decision.job, {})] : [],
      )
      const skipped = decided.flatMap(({ letter, decision }) =>
        decision.kind === 'redrive' ? [] : [{ id: letter.id, reason: decision.kind }],
      )
      return {
        rows: await insertRedrives(tx, jobs, by),
        skipped,
        last: letters.at(-1)?.id,
        read: letters.length,
      }
    })
  }

  return {
    /**
     * Redrives one dead letter as a new job.
     *
     * @returns the id of the new job
     * @throws `dead_letter_not_found`, `dead_letter_closed`, `redriven_too_often`, `unknown_kind`, `invalid_payload`
     */
    async redrive(id: string, options: RedriveOptions, by: ChangedBy): Promise<string> {
      const rows = await withTransaction(db, async (tx) => {
        const letter = await repository.lockDeadLetter(tx, by.tenant, id)
        if (letter === undefined) throw problem('dead_letter_not_found')
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
            throw payloadProblem(decision.issues)
          case 'redrive':
            return insertRedrives(tx, [newJobFor(letter, decision.job, options)], by)
        }
      })
      dispatcher.add(rows)
      const [row] = rows
      if (row === undefined) throw new Error('insert returned no row')
      return row.id
    },

    /**
     * Redrives open dead letters, oldest first, each in the transaction that closes it: however often the process dies,
     * each yields one new job.
     *
     * @param max how many to look at
     */
    async redriveMany(selection: Selection, max: number, by: ChangedBy): Promise<BulkResult> {
      const result: BulkResult = { redriven: 0, skipped: [] }
      let after = firstId
      for (let left = max; left > 0; ) {
        const limit = Math.min(left, lettersAtOnce)
        const { rows, skipped, last, read } = await redriveSome(selection, by, { after, limit })
        dispatcher.add(rows)
        result.redriven += rows.length
        result.skipped.push(...skipped)
        if (last === undefined || read < limit) break
        after = last
        left -= read
      }
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
        const letter = await repository.lockDeadLetter(tx, by.tenant, id)
        if (letter === undefined) throw problem('dead_letter_not_found')
        if (letter.status !== 'open') throw problem('dead_letter_closed')
        await discardLetters(tx, [letter], note, by)
      })
    },

    /** Closes open dead letters without new jobs, oldest first. @returns how many */
    async discardMany(
      selection: Selection,
      max: number,
      note: string | undefined,
      by: ChangedBy,
    ): Promise<number> {
      let discarded = 0
      for (let read = lettersAtOnce; read === lettersAtOnce && discarded < max; discarded += read) {
        const limit = Math.min(max - discarded, lettersAtOnce)
        read = await withTransaction(db, async (tx) => {
          const letters = await repository.lockSelected(tx, by.tenant, selection, { after: firstId, limit })
          await discardLetters(tx, letters, note, by)
          return letters.length
        })
      }
      return discarded
    },
  }

  async function discardLetters(
    tx: Tx,
    letters: readonly LockedLetter[],
    note: string | undefined,
    by: ChangedBy,
  ): Promise<void> {
    const [first, ...others] = letters.map(({ id }) => ({ type: 'dead_letter' as const, id }))
    if (first === undefined) return
    const closed = letters.map(({ id }) => ({ id, redrivenJobId: null }))
    const closing = { status: 'discarded', by: by.actor.id, note, retentionSeconds } as const
    await repository.closeDeadLetters(tx, closed, closing)
    await recordChange(tx, by, 'job_discarded', [first, ...others])
  }
}
