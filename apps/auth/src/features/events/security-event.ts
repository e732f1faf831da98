import { audit } from '@fondasi/outbox'
import type { Db, Tx } from '@fondasi/postgres'

/** What an event says about the request that caused it. */
export interface RequestInfo {
  requestId: string
  ip: string
  userAgent: string
  sessionId?: string | undefined
}

export interface SecurityEvent {
  /** The name in the OWASP logging vocabulary, if there is one. `recordEvent` adds the prefix `auth.`. */
  action: string
  outcome: 'success' | 'failure' | 'denied'
  actor: { type: 'user' | 'service' | 'anonymous'; id: string }
  targets?: { type: string; id: string }[]
  request: RequestInfo
  occurredAt: Date
  /** Must not contain an address, a token or a name: events are kept after the account is deleted. */
  metadata?: Record<string, string | number | boolean>
}

/**
 * Writes a security event to the outbox, in the transaction of the change that it describes. So the event exists exactly
 * if the change was committed.
 */
export async function recordEvent(tx: Db | Tx, event: SecurityEvent): Promise<void> {
  const { ip, userAgent, requestId, sessionId } = event.request
  const [first = event.actor, ...others] = event.targets ?? []
  await audit(tx, {
    action: `auth.${event.action}`,
    outcome: event.outcome,
    actor: event.actor,
    targets: [first, ...others],
    context: { requestId, source: 'auth', ...(sessionId === undefined ? {} : { sessionId }) },
    occurredAt: event.occurredAt,
    ...(event.metadata && { metadata: event.metadata }),
    // Personal data, stored separately so that it can be erased.
    private: [{ subject: `${event.actor.type}:${event.actor.id}`, values: { ip, userAgent } }],
  })
}
