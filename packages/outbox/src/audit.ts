import type { Db, Tx } from '@fondasi/postgres'
import { publish } from './publish.ts'

/** The topic of audit events. */
export const auditTopic = 'audit.event'

type Reference = { type: string; id: string }

/** Who did what to which targets, and how it ended. */
export type AuditEvent = {
  /** A UUID, by default a new one. The audit log stores an event with the same id only once. */
  id?: string
  /** The app and what happened, in snake_case: `auth.session_ended`. */
  action: `${string}.${string}`
  outcome: 'success' | 'failure' | 'denied'
  actor: Reference & { role?: string }
  targets: readonly [Reference, ...Reference[]]
  context: { requestId?: string; traceId?: string; sessionId?: string; source?: string }
  occurredAt: Date
  /** The changed values, by JSON Pointer (RFC 6901). */
  changes?: readonly { path: string; before?: unknown; after?: unknown }[]
  metadata?: Record<string, unknown>
  /** Values that identify a person (name, e-mail, IP address). They are stored separately, so that they can be erased. */
  private?: readonly { subject: string; values: Record<string, string> }[]
}

/** Publishes an audit event in the transaction that makes the change. */
export async function audit(db: Db | Tx, event: AuditEvent): Promise<void> {
  const { id, occurredAt, ...rest } = event
  await publish(db, {
    ...(id === undefined ? {} : { id }),
    topic: auditTopic,
    payload: { v: 1, ...rest, occurredAt: occurredAt.toISOString() },
    requestId: event.context.requestId,
  })
}
