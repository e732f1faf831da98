import type { Db, Tx } from '@fondasi/postgres'
import { publish } from './publish.ts'

/** The topic of audit events. */
export const auditTopic = 'audit.event'

type Reference = { type: string; id: string }

/** Who did what to what, and how it ended. */
export type AuditEvent = {
  /** UUID, by default a new one: the audit log takes an event once by it. */
  id?: string
  /** Two to four words in snake_case with dots between, the subject first: `auth.session.created`. */
  action: `${string}.${string}`
  outcome: 'success' | 'failure' | 'denied'
  actor: Reference & { role?: string }
  targets: readonly [Reference, ...Reference[]]
  context: { requestId?: string; traceId?: string; sessionId?: string; source?: string }
  occurredAt: Date
  /** What changed, by JSON Pointer (RFC 6901). */
  changes?: readonly { path: string; before?: unknown; after?: unknown }[]
  metadata?: Record<string, unknown>
  /** What identifies a person (name, e-mail, address): kept apart, so that it can be erased. */
  private?: readonly { subject: string; values: Record<string, string> }[]
}

/** Promises an audit event as part of the transaction that does what the event tells. */
export async function audit(db: Db | Tx, event: AuditEvent): Promise<void> {
  const { id, occurredAt, ...rest } = event
  await publish(db, {
    ...(id === undefined ? {} : { id }),
    topic: auditTopic,
    payload: { v: 1, ...rest, occurredAt: occurredAt.toISOString() },
    requestId: event.context.requestId,
  })
}
