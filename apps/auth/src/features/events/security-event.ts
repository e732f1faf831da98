import { audit } from '@fondasi/outbox'
import type { Db, Tx } from '@fondasi/postgres'
import { v7 as uuidv7 } from 'uuid'

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
  /** Never an address, a token or a name: the log outlives the person's account. */
  metadata?: Record<string, string | number | boolean>
}

/**
 * Writes a security event in the transaction of the change that it tells of, to be delivered by the outbox:
 * there is no event without the change and no change without the event.
 */
export async function recordEvent(tx: Db | Tx, event: SecurityEvent): Promise<void> {
  const { ip, userAgent, requestId, sessionId } = event.request
  await audit(tx, {
    id: uuidv7(),
    action: `auth.${event.action}`,
    outcome: event.outcome,
    actor: event.actor,
    targets: event.targets ?? [event.actor],
    context: { requestId, source: 'auth', ...(sessionId === undefined ? {} : { sessionId }) },
    occurredAt: new Date().toISOString(),
    ...(event.metadata === undefined ? {} : { metadata: event.metadata }),
    // Personal: the audit service keeps it apart, where it can be erased.
    private: { subject: `${event.actor.type}:${event.actor.id}`, ip, userAgent },
  })
}
