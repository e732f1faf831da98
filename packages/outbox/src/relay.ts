import type { Db } from '@fondasi/postgres'
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import { deliver, type Handlers, UndeliverableError } from './delivery.ts'
import { reasonOf } from './failure-reason.ts'
import { createLane, type Lane } from './lane.ts'
import { listen } from './listener.ts'
import { createLoop } from './loop.ts'
import { registerMetrics } from './metrics.ts'
import { outboxChannel } from './publish.ts'
import { recordDelivered, recordFailure } from './record-result.ts'
import { type ClaimedMessage, claim, type Topics } from './repository.ts'
import type { Sealer } from './sealer.ts'

// Polling finds retries that are due, and messages whose NOTIFY was lost. A random spread of a quarter keeps replicas
// from polling at the same time.
const pollMs = 1_000
const pollSpread = 0.25

// Ten small HTTP calls at once are enough for one process, and leave the pool's connections to requests.
const defaultConcurrency = 10

const defaultHandlerTimeoutMs = 30_000

// The lease is longer than the handler's timeout, to leave time for recording the result.
const leasePerTimeout = 1.5

// With pauses of up to ten minutes, five on average, the attempts take about eight hours. A person can react by then.
const defaultMaxAttempts = 100

export type Relay = {
  /** Starts to deliver in the background. It works even if the database is unreachable. */
  start(): void
  /** Stops claiming messages. Resolves when the running handlers have ended, within their timeout. */
  stop(): Promise<void>
}

/**
 * Delivers each published message at least once, to the handler of its topic. Any number of relays may work on one
 * table: only one relay has a message at a time, unless a handler runs longer than its lease. The order is not kept.
 *
 * The relay retries a failed delivery after a growing pause. A message is dead after `maxAttempts`, after an
 * UndeliverableError, or without a handler. A dead message stays in the table with `dead_at` and `last_error`, without
 * its secret. After a RefusedError the message is dropped.
 *
 * @param options.listenUrl connects to the same database, not through a pooler
 * @param options.sealer opens the secrets of messages
 * @param options.handlers by topic
 * @param options.concurrency how many handlers of one message run at once (default 10). A batch handler has one call at a
 *   time besides
 * @param options.handlerTimeoutMs default 30 s. If a relay dies, its messages are delivered after 1.5 times that
 * @param options.maxAttempts default 100
 */
export function createRelay(options: {
  db: Db
  listenUrl: string
  handlers: Handlers
  log: Logger
  registry: Registry
  sealer?: Sealer
  concurrency?: number
  handlerTimeoutMs?: number
  maxAttempts?: number
}): Relay {
  const { db, listenUrl, handlers, log, registry, sealer } = options
  const concurrency = options.concurrency ?? defaultConcurrency
  const timeoutMs = options.handlerTimeoutMs ?? defaultHandlerTimeoutMs
  const maxAttempts = options.maxAttempts ?? defaultMaxAttempts
  const counters = registerMetrics(registry, db, Object.keys(handlers))
  const recording = { db, log, counters, sealer, maxAttempts }

  let databaseUnreachable = false
  const loop = createLoop({
    step: fillLanes,
    pauseMs: () => pollMs * (1 + pollSpread * (2 * Math.random() - 1)),
    onError(error) {
      if (!databaseUnreachable)
        log.warn({ reason: reasonOf(error) }, 'cannot read the outbox; trying again every second')
      databaseUnreachable = true
    },
  })

  /** Delivers messages of one topic, and records each result. */
  async function work(group: readonly ClaimedMessage[]): Promise<void> {
    // If a message crashes its process, no attempt ends. Each claim counts as an attempt, so the message still dies.
    const [over, alive] = partition(group, ({ attempts }) => attempts > maxAttempts)
    const failures = await deliver(alive, { handlers, sealer, timeoutMs })
    const [failed, delivered] = partition(alive, ({ id }) => failures.has(id))
    await unlessLost(delivered, () => recordDelivered(recording, delivered))
    for (const message of failed)
      await unlessLost([message], () => recordFailure(recording, message, failures.get(message.id)))
    const neverEnded = new UndeliverableError(`none of its ${maxAttempts} attempts ended`)
    for (const message of over)
      await unlessLost([message], () => recordFailure(recording, message, neverEnded))
  }

  /** Records a result. If that fails, the lease of the messages expires, and they are delivered again. */
  async function unlessLost(messages: readonly ClaimedMessage[], record: () => Promise<void>): Promise<void> {
    try {
      await record()
    } catch (error) {
      log.warn(
        { messageIds: messages.map(({ id }) => id), reason: reasonOf(error) },
        'could not record the delivery result; the messages will be redelivered when their lease expires',
      )
    }
  }

  const lane = (topics: Topics, slots: number, groupSize: number): Lane =>
    createLane({
      slots,
      groupSize,
      claim: (limit) => claim(db, topics, limit, timeoutMs * leasePerTimeout),
      work,
      wake: loop.wake,
    })
  const batches = Object.entries(handlers).flatMap(([topic, handler]) =>
    typeof handler === 'function' ? [] : [{ topic, ...handler }],
  )
  const lanes = [
    lane({ except: batches.map(({ topic }) => topic) }, concurrency, 1),
    ...batches.map(({ topic, maxMessages }) => lane({ only: topic }, 1, maxMessages)),
  ]

  async function fillLanes(): Promise<void> {
    for (const each of lanes) await each.fill()
    if (databaseUnreachable) log.info('the outbox is readable again')
    databaseUnreachable = false
  }

  let stopListening = async () => {}
  return {
    start() {
      stopListening = listen({ url: listenUrl, channel: outboxChannel, onNotify: loop.wake, log })
      loop.start()
    },
    async stop() {
      await Promise.all([stopListening(), loop.stop()])
      await Promise.all(lanes.map((each) => each.idle()))
    },
  }
}

/** Splits a list into the items that pass the test, and the others. */
function partition<Item>(items: readonly Item[], passes: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(passes), items.filter((item) => !passes(item))]
}
