import type { Message } from '@fondasi/outbox'
import type { Db } from '@fondasi/postgres'
import { z } from 'zod'
import * as repository from './repository.ts'

// What `recordEvent` published, read back from the outbox and from the table.
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

/** The security events that this service keeps itself while no audit service takes them. */
export function createEventService({ db }: { db: Db }) {
  return {
    /** Outbox handler of `audit.event`. */
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
