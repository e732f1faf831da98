import type { Message } from '@fondasi/outbox'
import type { Db } from '@fondasi/postgres'
import { z } from 'zod'
import * as repository from './repository.ts'

// The payload that `recordEvent` publishes.
const event = z.object({
  action: z.string(),
  outcome: z.enum(['success', 'failure', 'denied']),
  actor: z.object({ type: z.string(), id: z.string() }),
  targets: z.array(z.object({ type: z.string(), id: z.string() })),
  context: z.object({ requestId: z.string() }),
  occurredAt: z.coerce.date(),
  metadata: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  private: z.array(z.object({ values: z.object({ ip: z.string(), userAgent: z.string() }) })).default([]),
})

export type EventService = ReturnType<typeof createEventService>

/** Stores the security events in this service's own table. */
export function createEventService({ db }: { db: Db }) {
  return {
    /** The outbox handler of security events. */
    async store(message: Message): Promise<void> {
      const { action, outcome, actor, occurredAt } = event.parse(message.payload)
      await repository.storeEvent(db, {
        id: message.id,
        action,
        outcome,
        actorType: actor.type,
        actorId: actor.id,
        occurredAt,
        event: message.payload,
      })
    },

    async list(query: Parameters<typeof repository.listEvents>[1]) {
      const rows = await repository.listEvents(db, query)
      return rows.map((row) => {
        const {
          action,
          outcome,
          actor,
          targets,
          context,
          occurredAt,
          metadata,
          private: personal,
        } = event.parse(row.event)
        const { ip = null, userAgent = null } = personal[0]?.values ?? {}
        return {
          id: row.id,
          action,
          outcome,
          actor,
          targets,
          occurredAt,
          requestId: context.requestId,
          ip,
          userAgent,
          metadata,
        }
      })
    },
  }
}
