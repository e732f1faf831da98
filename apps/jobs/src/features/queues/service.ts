import { type Db, withTransaction } from '@fondasi/postgres'
import type { Logger } from 'pino'
import { problem } from '../../errors.ts'
import { type ChangedBy, recordChange } from '../events/audit-changes.ts'
import type { Kinds } from '../kinds/define-job.ts'
import type { JobQueue, Queues } from './queues.ts'
import * as repository from './repository.ts'
import type { QueueState } from './schemas.ts'

const lanes = ['normal', 'quarantine'] as const

export type QueueService = ReturnType<typeof createQueueService>

/** The queues: what waits in them, and who has paused them. */
export function createQueueService(deps: { db: Db; kinds: Kinds; queues: Queues; log: Logger }) {
  const { db, kinds, queues, log } = deps

  async function read(names: readonly string[]): Promise<QueueState[]> {
    const pauses = new Map((await repository.listPauses(db)).map((pause) => [pause.name, pause]))
    return Promise.all(
      names.map(async (name) => {
        const pause = pauses.get(name)
        return {
          name,
          paused: pause?.pausedAt ? { at: pause.pausedAt, by: pause.pausedBy, reason: pause.reason } : null,
          counts: await countsOf(queues.of(name, 'normal')),
          quarantined: await countsOf(queues.of(name, 'quarantine')),
        }
      }),
    )
  }

  async function readOne(name: string): Promise<QueueState> {
    const [state] = await read([name])
    if (state === undefined) throw problem('queue_not_found')
    return state
  }

  function check(name: string): void {
    if (!kinds.queues.includes(name)) throw problem('queue_not_found')
  }

  /** Redis follows the ledger; when it is away, reconcile tells it later. */
  async function tellRedis(name: string, act: (queue: JobQueue) => Promise<void>): Promise<void> {
    for (const lane of lanes) {
      const queue = queues.of(name, lane)
      if (queue)
        await act(queue).catch((error: unknown) =>
          log.warn({ err: error, queue: name }, 'Redis does not know of a pause yet'),
        )
    }
  }

  return {
    list: (): Promise<QueueState[]> => read(kinds.queues),

    /** Starts no more jobs of the queue, in any process. Those in progress go on. @throws `queue_not_found` */
    async pause(name: string, reason: string | undefined, by: ChangedBy): Promise<QueueState> {
      check(name)
      await withTransaction(db, async (tx) => {
        await repository.pauseQueue(tx, { name, by: `${by.actor.type}:${by.actor.id}`, reason })
        await recordChange(tx, by, 'queue_paused', [{ type: 'queue', id: name }])
      })
      await tellRedis(name, (queue) => queue.pause())
      return readOne(name)
    },

    /** @throws `queue_not_found` */
    async resume(name: string, by: ChangedBy): Promise<QueueState> {
      check(name)
      await withTransaction(db, async (tx) => {
        await repository.resumeQueue(tx, name)
        await recordChange(tx, by, 'queue_resumed', [{ type: 'queue', id: name }])
      })
      await tellRedis(name, (queue) => queue.resume())
      return readOne(name)
    },
  }
}

/** @returns null when Redis does not answer */
async function countsOf(queue: JobQueue | undefined): Promise<QueueState['counts']> {
  try {
    const counts = await queue?.getJobCounts('waiting', 'prioritized', 'active', 'delayed')
    const { waiting = 0, prioritized = 0, active = 0, delayed = 0 } = counts ?? {}
    return { waiting: waiting + prioritized, active, delayed }
  } catch {
    return null
  }
}
