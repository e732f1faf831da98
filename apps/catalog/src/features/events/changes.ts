import { audit } from '@fondasi/outbox'
import {
  type Db,
  isDeadlock,
  isLockTimeout,
  runIdempotently,
  type Tx,
  withTransaction,
} from '@fondasi/postgres'
import { problem } from '../../errors.ts'
import { limitWaiting } from './repository.ts'

/** Who changes something, in which request. */
export interface ChangedBy {
  actor: { type: 'user' | 'service'; id: string }
  requestId: string
  sessionId: string | undefined
  ip: string
  userAgent: string
}

/** What was changed; the first is what the event is about. */
type Targets = readonly [Target, ...Target[]]
type Target = { type: 'product' | 'sku' | 'category' | 'synonym'; id: string }

/** Tells of a change, in its transaction: `product_created`, the product. */
export type RecordChange = (action: string, ...targets: Targets) => Promise<void>

type Work<Result> = (tx: Tx, record: RecordChange) => Promise<Result>

export type Changes = ReturnType<typeof createChanges>

/**
 * The one way in which requests change the catalog: what is written, what search reads and the audit event about it
 * are one transaction. Whoever waits too long for somebody else's change, or they for each other, gets `busy`.
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
        // Personal: kept apart, where it can be erased.
        private: [
          { subject: `${by.actor.type}:${by.actor.id}`, values: { ip: by.ip, userAgent: by.userAgent } },
        ],
      })

  const within =
    <Result>(by: ChangedBy, work: Work<Result>) =>
    async (tx: Tx): Promise<Result> => {
      await limitWaiting(tx)
      return work(tx, recordFor(tx, by))
    }

  async function settle<Result>(transaction: Promise<Result>): Promise<Result> {
    try {
      return await transaction
    } catch (error) {
      throw isLockTimeout(error) || isDeadlock(error) ? problem('busy', { cause: error }) : error
    }
  }

  return {
    /** Runs the work in a transaction. @throws what it throws; then nothing has changed */
    run: <Result>(by: ChangedBy, work: Work<Result>): Promise<Result> =>
      settle(withTransaction(db, within(by, work))),

    /**
     * The same, once per key of the caller (`route` and `request` say what for).
     *
     * @returns what the first run returned, as JSON
     * @throws `idempotency_key_reused`, `idempotency_key_running`
     */
    async runOnce(
      by: ChangedBy,
      { route, key, request }: { route: string; key: string; request: unknown },
      work: Work<unknown>,
    ): Promise<unknown> {
      const scope = `${by.actor.type}:${by.actor.id} ${route}`
      const once = { scope, key, request, now: clock() }
      const outcome = await settle(runIdempotently(db, once, within(by, work)))
      if (outcome.kind === 'reused') throw problem('idempotency_key_reused')
      if (outcome.kind === 'running') throw problem('idempotency_key_running')
      return outcome.answer
    },
  }
}
