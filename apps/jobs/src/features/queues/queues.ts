import { type JobsOptions, Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import { isQueueName, quarantineSuffix } from '../kinds/define-job.ts'
import type { Json } from '../kinds/outcome.ts'

export const lanes = ['normal', 'quarantine'] as const
export type Lane = (typeof lanes)[number]

/** What BullMQ keeps of a job: all that its first run needs, so that this run reads nothing from PostgreSQL. */
export type Entry = {
  tenant: string
  rootId: string
  payload: Json
  payloadVersion: number
  /** Base64 of the encrypted secret. */
  secret: string | null
  /** Milliseconds since the epoch. */
  runAtMs: number
  startByMs: number | null
  dispatchNo: number
  /** The run of the Redis server that got the entry. After a restart from an old file, the server has another run id. */
  redisRun: string | undefined
  traceparent: string | null
}

/**
 * If the completion of a job was lost, its finished entry shows reconcile that the job is done. So entries are kept for several
 * rounds of reconcile. Failed entries are only kept for people who look into the queue.
 */
const retention: JobsOptions = {
  removeOnComplete: { age: 600, count: 20_000 },
  removeOnFail: { age: 3_600, count: 1_000 },
}

export type JobQueue = Queue<Entry>
export type Queues = ReturnType<typeof createQueues>

/**
 * The BullMQ queues, each with one for quarantined jobs. Redis may lose all of them at any time: they are filled again from
 * the ledger.
 *
 * @param options.redis fails fast and has no key prefix: BullMQ has its own
 * @param options.prefix of all keys
 */
export function createQueues(options: { redis: Redis; prefix: string; log: Logger }) {
  const { redis, prefix, log } = options
  const opened = new Map<string, JobQueue>()

  function open(name: string): JobQueue {
    const queue: JobQueue = new Queue(name, {
      connection: redis,
      prefix,
      defaultJobOptions: retention,
      // Otherwise a queue that is opened while Redis is unreachable would never work.
      skipWaitingForReady: true,
      skipVersionCheck: true,
      skipMetasUpdate: true,
    })
    queue.on('error', (error) => log.debug({ err: error, queue: name }, 'BullMQ reported an error'))
    opened.set(name, queue)
    return queue
  }

  return {
    /** The queue of this name, also if only another release has kinds for it. Undefined if BullMQ does not accept the name. */
    of(name: string, lane: Lane): JobQueue | undefined {
      if (!isQueueName(name)) return undefined
      const bullName = bullQueueName(name, lane)
      return opened.get(bullName) ?? open(bullName)
    },
    async close(): Promise<void> {
      await Promise.all([...opened.values()].map((queue) => queue.close()))
    },
  }
}

/** Jobs that were running when a worker died have a queue of their own, where they run one at a time. */
export function bullQueueName(queue: string, lane: Lane): string {
  return lane === 'normal' ? queue : `${queue}${quarantineSuffix}`
}
