import { type Db, type Tx, withTransaction } from '@fondasi/postgres'
import type { Logger } from 'pino'
import { problem } from '../../errors.ts'
import { type ChangedBy, recordChange } from '../events/audit-changes.ts'
import type { Kinds } from '../kinds/define-job.ts'
import { type JobQueue, lanes, type Queues } from './queues.ts'
import * as repository from './repository.ts'
import type { QueueState } from './schemas.ts'

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

  /** Changes a queue in the ledger, and then in Redis. @throws `queue_not_found` */
  async function change(
    name: string,
    by: ChangedBy,
    action: 'queue_paused' | 'queue_resumed',
    write: (tx: Tx) => Promise<void>,
  ): Promise<QueueState> {
    if (!kinds.queues.includes(name)) throw problem('queue_not_found')
    await withTransaction(db, async (tx) => {
      await write(tx)
      await recordChange(tx, by, action, [{ type: 'queue', id: name }])
    })
    await tellRedis(name, (queue) => (action === 'queue_paused' ? queue.pause() : queue.resume()))
    const [state] = await read([name])
    if (state === undefined) throw problem('queue_not_found')
    return state
  }

  /** Pauses or resumes the queue in Redis. If Redis is unreachable, reconcile repeats a pause later. */
  async function tellRedis(name: string, act: (queue: JobQueue) => Promise<void>): Promise<void> {
    for (const lane of lanes) {
      const queue = queues.of(name, lane)
      if (queue)
        await act(queue).catch((error: unknown) =>
          log.warn(
            { err: error, queue: name },
            'cannot pause or resume a queue in Redis; reconcile repeats a pause',
          ),
        )
    }
  }

  return {
    list: (): Promise<QueueState[]> => read(kinds.queues),

    /** Pauses a queue in all processes. Runs in progress continue. @throws `queue_not_found` */
    pause: (name: string, reason: string | undefined, by: ChangedBy): Promise<QueueState> =>
      change(name, by, 'queue_paused', (tx) =>
        repository.pauseQueue(tx, { name, by: `${by.actor.type}:${by.actor.id}`, reason }),
      ),

    /** @throws `queue_not_found` */
    resume: (name: string, by: ChangedBy): Promise<QueueState> =>
      change(name, by, 'queue_resumed', (tx) => repository.resumeQueue(tx, name)),
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
