import { setTimeout as delay } from 'node:timers/promises'
import type { Db } from '@fondasi/postgres'
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import { backoffMs } from './backoff.ts'
import { deliverInTrace, type Handler, UndeliverableError } from './delivery.ts'
import { listen } from './listener.ts'
import { registerMetrics } from './metrics.ts'
import { outboxChannel } from './publish.ts'
import { bury, type ClaimedMessage, claim, release, remove } from './repository.ts'
import type { Sealer } from './sealer.ts'

// The net under NOTIFY, which is lost while nobody listens, and the clock of retries. Spread by a quarter, so
// that replicas do not ask in step.
const pollMs = 1_000
const pollSpread = 0.25

// Ten small HTTP calls at once are plenty for one process, and leave the pool's connections to requests.
const defaultConcurrency = 10

const defaultHandlerTimeoutMs = 30_000

// How much longer than the handler's time a message is leased: room to write down how it ended.
const leasePerTimeout = 1.5

// With pauses of up to ten minutes, five on average, that is about eight hours: long enough for a person to come.
const defaultMaxAttempts = 100

// Enough for a message and its cause; a handler may have thrown a whole response.
const maxReasonLength = 500

export type Relay = {
  /** Begins to deliver, in the background. The database may be away. */
  start(): void
  /** Claims nothing more and resolves when the handlers that run have ended: within their timeout. */
  stop(): Promise<void>
}

/**
 * Delivers what was published, at least once, to the handler of its topic. Any number of relays may work on one
 * table: a message is with one of them at a time, unless a handler outlives its lease. Order is not promised.
 *
 * A failed delivery is tried again after a growing pause. After `maxAttempts`, with an UndeliverableError or
 * without a handler, the message is dead: it stays in the table with `dead_at` and `last_error`, without its secret.
 *
 * @param options.listenUrl of the same database, not through a pooler
 * @param options.sealer opens the secrets of messages that have one
 * @param options.concurrency handlers at once (default 10)
 * @param options.handlerTimeoutMs default 30 s; a message of a relay that died comes back after 1.5 times that
 * @param options.maxAttempts default 100
 */
export function createRelay(options: {
  db: Db
  listenUrl: string
  handlers: Record<string, Handler>
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

  const running = new Set<Promise<void>>()
  const stopping = new AbortController()
  let databaseAway = false
  // True when the last claim filled every slot: more is probably waiting.
  let backlog = false
  let alarm = Promise.withResolvers<void>()
  const wake = () => alarm.resolve()

  async function work(message: ClaimedMessage): Promise<void> {
    const { id, topic, attempts } = message
    try {
      // A message that ends its process never reaches the end of an attempt; its claims are counted all the same.
      if (attempts > maxAttempts) throw new UndeliverableError(`no attempt of ${maxAttempts} came to an end`)
      await deliverInTrace(message, { handlers, sealer, timeoutMs })
    } catch (error) {
      counters.failed.inc({ topic })
      const reason = reasonOf(error)
      if (error instanceof UndeliverableError || attempts >= maxAttempts) {
        log.error({ messageId: id, topic, attempt: attempts, reason }, 'outbox message is dead')
        await bury(db, message, reason)
        return
      }
      const pauseMs = backoffMs(attempts, Math.random())
      log.warn({ messageId: id, topic, attempt: attempts, pauseMs, reason }, 'outbox message not delivered')
      await release(db, message, pauseMs, reason)
      return
    }
    await remove(db, message)
    counters.delivered.inc({ topic })
  }

  function begin(message: ClaimedMessage): void {
    const done = work(message)
      // How it ended could not be written down: the lease runs out and it is delivered again.
      .catch((error: unknown) =>
        log.warn({ messageId: message.id, reason: reasonOf(error) }, 'outbox lease is left'),
      )
      .finally(() => {
        running.delete(done)
        if (backlog && running.size <= concurrency / 2) wake()
      })
    running.add(done)
  }

  async function fillSlots(): Promise<void> {
    const free = concurrency - running.size
    if (free === 0) return
    try {
      const claimed = await claim(db, free, timeoutMs * leasePerTimeout)
      backlog = claimed.length === free
      claimed.forEach(begin)
      if (databaseAway) log.info('outbox is readable again')
      databaseAway = false
    } catch (error) {
      if (!databaseAway) log.warn({ reason: reasonOf(error) }, 'outbox cannot be read')
      databaseAway = true
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      alarm = Promise.withResolvers()
      await fillSlots()
      const timer = new AbortController()
      const pauseMs = pollMs * (1 + pollSpread * (2 * Math.random() - 1))
      await Promise.race([alarm.promise, delay(pauseMs, undefined, { signal: timer.signal }).catch(() => {})])
      timer.abort()
    }
    await Promise.all(running)
  }

  let stopAll = async () => {}
  return {
    start() {
      const stopListening = listen({ url: listenUrl, channel: outboxChannel, onNotify: wake, log })
      const ran = run()
      stopAll = async () => {
        stopping.abort()
        wake()
        await Promise.all([stopListening(), ran])
      }
    },
    stop: () => stopAll(),
  }
}

/** The innermost cause's words. An outer message is not kept: drizzle's contains the values of the query. */
function reasonOf(error: unknown): string {
  let cause = error
  while (cause instanceof Error && cause.cause instanceof Error) cause = cause.cause
  return (cause instanceof Error ? cause.message : String(cause)).slice(0, maxReasonLength)
}
