import { sql } from 'drizzle-orm'
import { boolean, check, index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import type { Json } from '../features/kinds/outcome.ts'
import { at } from './columns.ts'

/** Jobs that are enqueued repeatedly: by a cron expression in a time zone, or every N seconds. */
export const schedule = pgTable(
  'schedule',
  {
    id: uuid().primaryKey(),
    tenant: text().notNull(),
    kind: text().notNull(),
    payload: jsonb().$type<Json>().notNull(),
    cron: text(),
    everySeconds: integer('every_seconds'),
    timeZone: text('time_zone').notNull().default('UTC'),
    nextSlot: at('next_slot').notNull(),
    paused: boolean().notNull().default(false),
    createdAt: at('created_at').notNull().default(sql`now()`),
  },
  (table) => [
    index('schedule_due').on(table.nextSlot).where(sql`not paused`),
    index('schedule_tenant').on(table.tenant, table.id),
    check('schedule_times', sql`(cron is null) <> (every_seconds is null)`),
  ],
)

/** The times at which a schedule was due. The key keeps two processes from enqueuing one slot twice. */
export const scheduleSlot = pgTable(
  'schedule_slot',
  {
    scheduleId: uuid('schedule_id')
      .notNull()
      .references(() => schedule.id, { onDelete: 'cascade' }),
    slot: at('slot').notNull(),
    /** Null when the previous job was still open. */
    jobId: uuid('job_id'),
    /** The first of the missed slots before this one, and their number. They got no job because the service was down. */
    missedFrom: at('missed_from'),
    missedCount: integer('missed_count').notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.scheduleId, table.slot] })],
)
