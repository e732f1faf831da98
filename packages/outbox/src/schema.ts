import { sql } from 'drizzle-orm'
import { customType, index, integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'

const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' })

const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

/**
 * Messages that a committed transaction has promised to deliver. A delivered one is deleted. An app re-exports
 * this table from its `db/schema.ts`, so that its migrations create it.
 *
 * No fillfactor: claiming changes `available_at`, which is indexed, so updates could not stay on their page as
 * heap-only tuples anyway.
 */
export const outbox = pgTable(
  'outbox',
  {
    id: uuid('id').primaryKey(),
    topic: text('topic').notNull(),
    payload: jsonb('payload').$type<Record<string, unknown>>().notNull(),
    /** Sealed; null when there is none, or when the message is dead. */
    secret: bytea('secret'),
    requestId: text('request_id'),
    traceparent: text('traceparent'),
    createdAt: time('created_at').notNull().defaultNow(),
    /** Not to be claimed before: the end of a lease, or of a pause after a failure. */
    availableAt: time('available_at').notNull().defaultNow(),
    attempts: integer('attempts').notNull().default(0),
    lastError: text('last_error'),
    /** When it was given up. The row stays until somebody decides. */
    deadAt: time('dead_at'),
  },
  (table) => [index('outbox_waiting').on(table.availableAt).where(sql`${table.deadAt} is null`)],
)
