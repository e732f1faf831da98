import { sql } from 'drizzle-orm'
import { customType, index, integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'

const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' })

const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

/**
 * Messages that wait for delivery, and dead messages. A delivered message is deleted. An app re-exports this table from
 * its `db/schema.ts`, so that its migrations create it.
 *
 * A fillfactor would not help: claiming changes `available_at`, which is indexed, so the updates cannot be heap-only
 * tuples (HOT).
 */
export const outbox = pgTable(
  'outbox',
  {
    id: uuid('id').primaryKey(),
    topic: text('topic').notNull(),
    payload: jsonb('payload').$type<Record<string, unknown>>().notNull(),
    /** Encrypted. Null if the message has no secret, or is dead. */
    secret: bytea('secret'),
    requestId: text('request_id'),
    traceparent: text('traceparent'),
    createdAt: time('created_at').notNull().defaultNow(),
    /** The earliest time for the next claim: the end of the lease, or of the pause after a failure. */
    availableAt: time('available_at').notNull().defaultNow(),
    attempts: integer('attempts').notNull().default(0),
    lastError: text('last_error'),
    /** When the message was marked as dead. The row stays until a person deletes or redelivers it. */
    deadAt: time('dead_at'),
  },
  (table) => [index('outbox_waiting').on(table.availableAt).where(sql`${table.deadAt} is null`)],
)
