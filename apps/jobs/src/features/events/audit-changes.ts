import { audit } from '@fondasi/outbox'
import type { Db, Tx } from '@fondasi/postgres'

/** The person or service that makes a change, and the request. */
export interface ChangedBy {
  tenant: string
  actor: { type: 'user' | 'service'; id: string }
  requestId: string
  sessionId: string | undefined
  ip: string
  userAgent: string
}

type Target = { type: 'job' | 'dead_letter' | 'queue' | 'schedule' | 'webhook_endpoint'; id: string }

/** Records who has changed what, in the transaction of the change: `recordChange(tx, by, 'job_cancelled', [target])`. */
export async function recordChange(
  tx: Db | Tx,
  by: ChangedBy,
  action: string,
  [first, ...others]: readonly Target[],
): Promise<void> {
  if (first === undefined) return
  await audit(tx, {
    action: `jobs.${action}`,
    outcome: 'success',
    actor: by.actor,
    targets: [first, ...others],
    context: {
      requestId: by.requestId,
      source: 'jobs',
      ...(by.sessionId === undefined ? {} : { sessionId: by.sessionId }),
    },
    occurredAt: new Date(),
    metadata: { tenant: by.tenant },
    // Personal data is stored separately, so that it can be erased.
    private: [{ subject: `${by.actor.type}:${by.actor.id}`, values: { ip: by.ip, userAgent: by.userAgent } }],
  })
}
