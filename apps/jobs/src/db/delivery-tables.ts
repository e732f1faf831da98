import { sql } from 'drizzle-orm'
import { index, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { at, bytea } from './columns.ts'

/** Where webhooks are sent. Both secrets are encrypted; the old one still signs for a while after a rotation. */
export const webhookEndpoint = pgTable(
  'webhook_endpoint',
  {
    id: uuid().primaryKey().default(sql`uuidv7()`),
    tenant: text().notNull(),
    url: text().notNull(),
    events: text().array().notNull(),
    secret: bytea().notNull(),
    oldSecret: bytea('old_secret'),
    rotatedAt: at('rotated_at'),
    state: text({ enum: ['enabled', 'disabled'] })
      .notNull()
      .default('enabled'),
    disabledReason: text('disabled_reason'),
    disabledAt: at('disabled_at'),
    /** Since when every delivery has failed; null after a success. */
    failingSince: at('failing_since'),
    createdAt: at('created_at').notNull().default(sql`now()`),
  },
  (table) => [index('webhook_endpoint_tenant').on(table.tenant, table.id)],
)

/** Addresses that get no more mail, because they do not exist or because their owner has unsubscribed. */
export const suppression = pgTable(
  'suppression',
  {
    tenant: text().notNull(),
    address: text().notNull(),
    reason: text({ enum: ['refused', 'unsubscribed'] }).notNull(),
    createdAt: at('created_at').notNull().default(sql`now()`),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.address] })],
)

/** Webhooks that were received, so that a repeated delivery makes no second job. */
export const inboxEvent = pgTable(
  'inbox_event',
  {
    source: text().notNull(),
    eventId: text('event_id').notNull(),
    jobId: uuid('job_id').notNull(),
    receivedAt: at('received_at').notNull().default(sql`now()`),
  },
  (table) => [primaryKey({ columns: [table.source, table.eventId] })],
)
