import type { Db } from '@fondasi/postgres'
import type { Logger } from 'pino'
import { backoffMs } from './backoff.ts'
import { RefusedError, UndeliverableError } from './delivery.ts'
import { reasonOf } from './failure-reason.ts'
import type { RelayCounters } from './metrics.ts'
import { bury, type ClaimedMessage, release, remove } from './repository.ts'
import type { Sealer } from './sealer.ts'

type Recording = {
  db: Db
  log: Logger
  counters: RelayCounters
  sealer: Sealer | undefined
  maxAttempts: number
}

/** Removes and counts delivered messages. */
export async function recordDelivered(
  { db, counters }: Recording,
  messages: readonly ClaimedMessage[],
): Promise<void> {
  if (messages.length === 0) return
  await remove(db, messages)
  for (const { topic } of messages) counters.delivered.inc({ topic })
}

/** Drops a message, marks it as dead or makes it wait for its next attempt; logs and counts that. */
export async function recordFailure(
  { db, log, counters, sealer, maxAttempts }: Recording,
  message: ClaimedMessage,
  error: unknown,
): Promise<void> {
  const { id, topic, attempts, requestId } = message
  counters.failed.inc({ topic })
  const reason = reasonOf(error, secretsOf(message, sealer))
  if (error instanceof RefusedError) {
    log.warn({ messageId: id, topic, requestId, reason }, 'the recipient was refused; the message is dropped')
    await remove(db, [message])
    counters.refused.inc({ topic })
  } else if (error instanceof UndeliverableError || attempts >= maxAttempts) {
    log.error(
      { messageId: id, topic, attempt: attempts, reason },
      'outbox message is dead; fix the cause and redeliver it',
    )
    await bury(db, message, reason)
  } else {
    const pauseMs = backoffMs(attempts, Math.random())
    log.warn({ messageId: id, topic, attempt: attempts, pauseMs, reason }, 'outbox message not delivered')
    await release(db, message, pauseMs, reason)
  }
}

/** Returns a message's secret values, to keep them out of the failure's reason. */
function secretsOf({ id, secret }: ClaimedMessage, sealer: Sealer | undefined): string[] {
  try {
    return secret === null || sealer === undefined ? [] : Object.values(sealer.open(secret, id))
  } catch {
    // The handler did not get the secret either.
    return []
  }
}
