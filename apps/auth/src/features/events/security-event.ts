import { audit } from '@fondasi/outbox'
import type { Db, Tx } from '@fondasi/postgres'

/** Who asked, from where: what an event says about the request behind it. */
export interface RequestInfo {
  requestId: string
  ip: string
  userAgent: string
  sessionId?: string | undefined
}

export interface SecurityEvent {
  /** From the OWASP logging vocabulary where it has a word. */
  action: string
  outcome: 'success' | 'failure' | 'denied'
  actor: { type: 'user' | 'service' | 'anonymous'; id: string }
  targets?: { type: string; id: string }[]
  request: RequestInfo
  occurredAt: Date
  /** Never an address, a token or a name: the log outlives the person's account. */
  metadata?: Record<string, string | number | boolean>
}

/**
 * Writes a security event in the transaction of the change that it tells of, to be delivered by the outbox:
 * there is no event without the change and no change without the event.
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
    // Personal: kept apart, where it can be erased.
    private: [{ subject: `${event.actor.type}:${event.actor.id}`, values: { ip, userAgent } }],
  })
}
