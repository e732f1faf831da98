import type { Db, Tx } from '@fondasi/postgres'
import { context, propagation } from '@opentelemetry/api'
import { sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { outbox } from './schema.ts'
import type { Sealer } from './sealer.ts'

/** The channel of NOTIFY on which relays hear that something was committed. */
export const outboxChannel = 'outbox'

export type NewMessage = {
  /** UUID, by default a new one (version 7). The receiver knows a repetition by it. */
  id?: string
  topic: string
  payload: Record<string, unknown>
  /** Values that are stored sealed and wiped when the message is delivered or dead. */
  secret?: { sealer: Sealer; values: Record<string, string> }
  requestId?: string | undefined
  /** W3C Trace Context, by default of the span that publishes: the delivery continues its trace. */
  traceparent?: string | undefined
}

/**
 * Promises a message as part of the caller's transaction: it will be delivered at least once if the transaction
 * commits, and never if it does not. (Transactional outbox, https://microservices.io/patterns/data/transactional-outbox.html)
 */
export async function publish(db: Db | Tx, message: NewMessage): Promise<void> {
  const { id = uuidv7(), topic, payload, secret, requestId = null } = message
  const traceparent = message.traceparent ?? activeTraceparent()
  const sealed = secret === undefined ? null : secret.sealer.seal(secret.values, id)
  // One statement, one round trip. PostgreSQL sends the notification at the commit.
  await db.execute(sql`
    with message as (
      insert into ${outbox} (id, topic, payload, secret, request_id, traceparent)
      values (${id}, ${topic}, ${JSON.stringify(payload)}, ${sealed}, ${requestId}, ${traceparent})
      returning topic
    )
    select pg_notify(${outboxChannel}, topic) from message`)
}

/** Null outside of a trace, so always without tracing. */
function activeTraceparent(): string | null {
  const carrier: { traceparent?: string } = {}
  propagation.inject(context.active(), carrier)
  return carrier.traceparent ?? null
}
