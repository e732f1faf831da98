import { setTimeout as delay } from 'node:timers/promises'
import type { Db } from '@fondasi/postgres'
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import { backoffMs } from './backoff.ts'
import { deliverInTrace, type Handler, RefusedError, UndeliverableError } from './delivery.ts'
import { reasonOf } from './failure-reason.ts'
import { listen } from './listener.ts'
import { registerMetrics } from './metrics.ts'
import { outboxChannel } from './publish.ts'
import { bury, type ClaimedMessage, claim, release, remove } from './repository.ts'
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
 * @param options.concurrency how many handlers run at once (default 10)
 * @param options.handlerTimeoutMs default 30 s. If a relay dies, its messages are delivered after 1.5 times that
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
  let databaseUnreachable = false
  // The last claim filled every slot, so more messages probably wait.
  let backlog = false
  let wakeUp = Promise.withResolvers<void>()
  const wake = () => wakeUp.resolve()

  async function work(message: ClaimedMessage): Promise<void> {
    const { id, topic, attempts, requestId } = message
    try {
      // If a message crashes its process, no attempt ends. Each claim counts as an attempt, so the message still dies.
      if (attempts > maxAttempts) throw new UndeliverableError(`none of its ${maxAttempts} attempts ended`)
      await deliverInTrace(message, { handlers, sealer, timeoutMs })
    } catch (error) {
      counters.failed.inc({ topic })
      const reason = reasonOf(error, secretsOf(message))
      if (error instanceof RefusedError) {
        log.warn(
          { messageId: id, topic, requestId, reason },
          'the recipient was refused; the message is dropped',
        )
        await remove(db, message)
        counters.refused.inc({ topic })
        return
      }
      if (error instanceof UndeliverableError || attempts >= maxAttempts) {
        log.error(
          { messageId: id, topic, attempt: attempts, reason },
          'outbox message is dead; fix the cause and redeliver it',
        )
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

  /** Returns a message's secret values, to keep them out of the failure's reason. */
  function secretsOf({ id, secret }: ClaimedMessage): string[] {
    try {
      return secret === null || sealer === undefined ? [] : Object.values(sealer.open(secret, id))
    } catch {
      // The handler did not get the secret either.
      return []
    }
  }

  function begin(message: ClaimedMessage): void {
    const done = work(message)
      .catch((error: unknown) =>
        log.warn(
          { messageId: message.id, reason: reasonOf(error) },
          'could not record the delivery result; the message will be redelivered when its lease expires',
        ),
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
      if (databaseUnreachable) log.info('the outbox is readable again')
      databaseUnreachable = false
    } catch (error) {
      if (!databaseUnreachable)
        log.warn({ reason: reasonOf(error) }, 'cannot read the outbox; trying again every second')
      databaseUnreachable = true
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      wakeUp = Promise.withResolvers()
      await fillSlots()
      const timer = new AbortController()
      const pauseMs = pollMs * (1 + pollSpread * (2 * Math.random() - 1))
      await Promise.race([
        wakeUp.promise,
        delay(pauseMs, undefined, { signal: timer.signal }).catch(() => {}),
      ])
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
