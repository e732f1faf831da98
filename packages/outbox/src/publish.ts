import type { Db, Tx } from '@fondasi/postgres'
import { context, propagation } from '@opentelemetry/api'
import { sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { outbox } from './schema.ts'
import type { Sealer } from './sealer.ts'

/** The NOTIFY channel on which relays learn of committed messages. */
export const outboxChannel = 'outbox'

export type NewMessage = {
  /** A UUID, by default a new one (version 7). It is the receiver's idempotency key. */
  id?: string
  topic: string
  payload: Record<string, unknown>
  /** Values that are stored encrypted, and wiped when the message is delivered or dead. */
  secret?: { sealer: Sealer; values: Record<string, string> }
  requestId?: string | undefined
  /** W3C Trace Context, by default that of the active span. The delivery continues this trace. */
  traceparent?: string | undefined
}

/**
 * Publishes a message in the caller's transaction. If the transaction commits, the message is delivered at least once.
 * If not, it is never delivered.
 * (Transactional outbox, https://microservices.io/patterns/data/transactional-outbox.html)
 */
export async function publish(db: Db | Tx, message: NewMessage): Promise<void> {
  const { id = uuidv7(), topic, payload, secret, requestId = null } = message
  const traceparent = message.traceparent ?? activeTraceparent()
  const sealed = secret === undefined ? null : secret.sealer.seal(secret.values, id)
  // One statement for one round trip. PostgreSQL sends the notification at the commit.
  await db.execute(sql`
    with message as (
      insert into ${outbox} (id, topic, payload, secret, request_id, traceparent)
      values (${id}, ${topic}, ${JSON.stringify(payload)}, ${sealed}, ${requestId}, ${traceparent})
      returning topic
    )
    select pg_notify(${outboxChannel}, topic) from message`)
}

/** Null outside a trace, so always null without tracing. */
function activeTraceparent(): string | null {
  const carrier: { traceparent?: string } = {}
  propagation.inject(context.active(), carrier)
  return carrier.traceparent ?? null
}
