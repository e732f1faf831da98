import { audit } from '@fondasi/outbox'
import {
  type Db,
  isDeadlock,
  isLockTimeout,
  runIdempotently,
  type Tx,
  withTransaction,
} from '@fondasi/postgres'
import type { z } from 'zod'
import { problem } from '../../errors.ts'
import { limitLockWait } from './repository.ts'

/** Who makes a change, and in which request. */
export interface ChangedBy {
  actor: { type: 'user' | 'service'; id: string }
  requestId: string
  sessionId: string | undefined
  ip: string
  userAgent: string
}

/** What was changed; the event is about the first one. */
type Targets = readonly [Target, ...Target[]]
type Target = { type: 'product' | 'sku' | 'category' | 'synonym' | 'attribute' | 'price_list'; id: string }

/** Records the audit event of a change in its transaction: `record('product_created', { type: 'product', id })`. */
export type RecordChange = (action: string, ...targets: Targets) => Promise<void>

type Work<Result> = (tx: Tx, record: RecordChange) => Promise<Result>

/** What a change returned, and whether it had already been made by an earlier request with the same idempotency key. */
export type Once<Result> = { result: Result; replayed: boolean }

export type Changes = ReturnType<typeof createChanges>

/**
 * The only way in which requests change the catalog: the data, the search row and the audit event are one transaction.
 * A change that waits too long for a lock, or that PostgreSQL ends because of a deadlock, fails with `busy`.
 */
export function createChanges({ db, clock }: { db: Db; clock: () => Date }) {
  const recordFor =
    (tx: Tx, by: ChangedBy): RecordChange =>
    (action, ...targets) =>
      audit(tx, {
        action: `catalog.${action}`,
        outcome: 'success',
        actor: by.actor,
        targets,
        context: {
          requestId: by.requestId,
          source: 'catalog',
          ...(by.sessionId === undefined ? {} : { sessionId: by.sessionId }),
        },
        occurredAt: clock(),
        // Personal data is stored separately, so that it can be erased.
        private: [
          { subject: `${by.actor.type}:${by.actor.id}`, values: { ip: by.ip, userAgent: by.userAgent } },
        ],
      })

  const within =
    <Result>(by: ChangedBy, work: Work<Result>) =>
    async (tx: Tx): Promise<Result> => {
      await limitLockWait(tx)
      return work(tx, recordFor(tx, by))
    }

  async function orBusy<Result>(transaction: Promise<Result>): Promise<Result> {
    try {
      return await transaction
    } catch (error) {
      throw isLockTimeout(error) || isDeadlock(error) ? problem('busy', { cause: error }) : error
    }
  }

  return {
    /** Runs `work` in a transaction. @throws what `work` throws; then nothing has changed */
    run: <Result>(by: ChangedBy, work: Work<Result>): Promise<Result> =>
      orBusy(withTransaction(db, within(by, work))),

    /**
     * The same, but with an idempotency key only once for each caller, route and key.
     *
     * @param once.schema of what the work returns
     * @returns what the first run returned, and whether this was a later one
     * @throws `idempotency_key_reused`, `idempotency_key_running`
     */
    async runOnce<Schema extends z.ZodType>(
      by: ChangedBy,
      once: { route: string; key: string | undefined; request: unknown; schema: Schema },
      work: Work<z.output<Schema>>,
    ): Promise<Once<z.output<Schema>>> {
      const { route, key, request, schema } = once
      if (key === undefined) {
        return { result: await orBusy(withTransaction(db, within(by, work))), replayed: false }
      }
      const scope = `${by.actor.type}:${by.actor.id} ${route}`
      const first = { scope, key, request, now: clock() }
      const outcome = await orBusy(runIdempotently(db, first, within(by, work)))
      if (outcome.kind === 'reused') throw problem('idempotency_key_reused')
      if (outcome.kind === 'running') throw problem('idempotency_key_running')
      return { result: schema.parse(outcome.answer), replayed: outcome.replayed }
    },
  }
}
