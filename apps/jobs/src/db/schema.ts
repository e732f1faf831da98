import { type SQL, sql } from 'drizzle-orm'
import {
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { attemptOutcomes, deadReasons, type Json } from '../features/kinds/outcome.ts'
import { at, bytea } from './columns.ts'

export { outbox } from '@fondasi/outbox'
export { idempotencyKeys } from '@fondasi/postgres'
export { blob, blobChunk } from './blob-tables.ts'
export { inboxEvent, suppression, webhookEndpoint } from './delivery-tables.ts'
export { schedule, scheduleSlot } from './schedule-tables.ts'

/** The numbers in `job.state`. Below 10 a job is open; from 10 on it is final. */
export const jobState = {
  pending: 0,
  dispatching: 1,
  queued: 2,
  done: 10,
  dead: 11,
  cancelled: 12,
} as const

/**
 * A state as a number in the text of a query. A parameter would hide it from a generic plan, which then cannot use the partial
 * indexes of the table.
 */
export const stateNumber = (state: keyof typeof jobState): SQL => sql.raw(String(jobState[state]))

/** A condition of queries: the job has not ended. */
export const isOpen = sql`job.state < ${stateNumber('done')}`

/** The ledger: one row per job, from its acceptance to the end of its retention. */
export const job = pgTable(
  'job',
  {
    id: uuid().primaryKey().default(sql`uuidv7()`),
    tenant: text().notNull(),
    kind: text().notNull(),
    queue: text().notNull(),
    /** A job is in quarantine after a worker died while it ran the job. A separate process runs such jobs, one at a time. */
    lane: text({ enum: ['normal', 'quarantine'] })
      .notNull()
      .default('normal'),
    payload: jsonb().$type<Json>().notNull(),
    payloadVersion: smallint('payload_version').notNull().default(1),
    /** Encrypted, with `root_id` as context. Wiped when the job is done or cancelled, or its dead letter closes. */
    secret: bytea(),
    /** 0 comes first, like 1; a larger number comes later. */
    priority: integer().notNull().default(0),
    runAt: at('run_at').notNull().default(sql`now()`),
    /** If no run has started by then, the job is dead (`expired`). */
    startBy: at('start_by'),
    state: smallint().notNull().default(jobState.pending),
    /** The process that is adding the job to BullMQ, and until when no other process may. */
    leaseOwner: text('lease_owner'),
    leaseUntil: at('lease_until'),
    /** How often the job was claimed for BullMQ. */
    dispatchNo: integer('dispatch_no').notNull().default(0),
    /** Grows with every start after the first. A run may only write with the fence that it holds. */
    fence: integer().notNull().default(0),
    /** Failed attempts. */
    attempts: integer().notNull().default(0),
    /** How often the job killed the quarantine process. */
    crashes: integer().notNull().default(0),
    /** The first job of a chain of redrives: its own id for a new job (a trigger fills it in). */
    rootId: uuid('root_id').notNull(),
    /** The dead letter that this job redrives. */
    redrivenFrom: uuid('redriven_from'),
    redriveNo: integer('redrive_no').notNull().default(0),
    scheduleId: uuid('schedule_id'),
    traceparent: text(),
    /** Where an interrupted run resumes. */
    cursor: jsonb().$type<Json>(),
    createdAt: at('created_at').notNull().default(sql`now()`),
    queuedAt: at('queued_at'),
    finishedAt: at('finished_at'),
    /** At most 16 KiB; a larger result is a blob. */
    result: jsonb().$type<Json>(),
    resultBlob: uuid('result_blob'),
    /** When retention may delete the row. Null while the job is open, and while its dead letter is. */
    expiresAt: at('expires_at'),
  },
  (table) => [
    index('job_due').on(table.runAt, table.id).where(sql`state = 0`),
    index('job_leased').on(table.leaseUntil).where(sql`state = 1`),
    index('job_queued').on(table.queuedAt).where(sql`state = 2`),
    // Ids are UUIDv7, so this is the order of creation.
    index('job_tenant').on(table.tenant, table.id),
    index('job_cancelled').on(table.finishedAt).where(sql`state = 12`),
    index('job_expired').on(table.expiresAt).where(sql`expires_at is not null`),
    index('job_schedule').on(table.scheduleId).where(sql`schedule_id is not null`),
    uniqueIndex('job_redriven_from').on(table.redrivenFrom).where(sql`redriven_from is not null`),
    check('job_state', sql`state in (0, 1, 2, 10, 11, 12)`),
    check('job_expires', sql`state >= 10 or expires_at is null`),
    check('job_priority', sql`priority between 0 and 2097151`),
  ],
)

/** Runs that did not succeed. */
export const attempt = pgTable(
  'attempt',
  {
    jobId: uuid('job_id')
      .notNull()
      .references(() => job.id, { onDelete: 'cascade' }),
    n: integer().notNull(),
    startedAt: at('started_at').notNull(),
    endedAt: at('ended_at').notNull().default(sql`now()`),
    worker: text().notNull(),
    release: text().notNull(),
    outcome: text({ enum: attemptOutcomes }).notNull(),
    errorClass: text('error_class'),
    message: text(),
    stack: text(),
    /** When the next run is due; null when there is none. */
    retryAt: at('retry_at'),
  },
  (table) => [primaryKey({ columns: [table.jobId, table.n] })],
)

/** Dead letters: jobs that failed permanently, until a person redrives or discards them. */
export const dead = pgTable(
  'dead',
  {
    id: uuid().primaryKey().default(sql`uuidv7()`),
    jobId: uuid('job_id')
      .notNull()
      .references(() => job.id, { onDelete: 'cascade' }),
    tenant: text().notNull(),
    kind: text().notNull(),
    queue: text().notNull(),
    reason: text({ enum: deadReasons }).notNull(),
    errorClass: text('error_class'),
    message: text(),
    stack: text(),
    /** Equal for failures with one cause: a hash of kind, error class and the first own stack frame. */
    fingerprint: text().notNull(),
    firstFailedAt: at('first_failed_at').notNull(),
    diedAt: at('died_at').notNull().default(sql`now()`),
    worker: text().notNull(),
    release: text().notNull(),
    status: text({ enum: ['open', 'redriven', 'discarded'] })
      .notNull()
      .default('open'),
    redrivenJobId: uuid('redriven_job_id'),
    resolvedBy: text('resolved_by'),
    resolvedAt: at('resolved_at'),
    note: text(),
    expiresAt: at('expires_at'),
  },
  (table) => [
    uniqueIndex('dead_job').on(table.jobId),
    index('dead_tenant').on(table.tenant, table.id),
    index('dead_open').on(table.tenant, table.kind, table.id).where(sql`status = 'open'`),
    index('dead_fingerprint').on(table.tenant, table.fingerprint).where(sql`status = 'open'`),
    check('dead_expires', sql`status <> 'open' or expires_at is null`),
  ],
)

/** What handlers did that others can see, so that a later run does not repeat it. */
export const effect = pgTable(
  'effect',
  {
    rootId: uuid('root_id').notNull(),
    step: text().notNull(),
    jobId: uuid('job_id')
      .notNull()
      .references(() => job.id, { onDelete: 'cascade' }),
    fence: integer().notNull(),
    state: text({ enum: ['sending', 'done', 'ambiguous'] }).notNull(),
    providerRef: text('provider_ref'),
    result: jsonb().$type<Json>(),
    at: at('at').notNull().default(sql`now()`),
  },
  (table) => [primaryKey({ columns: [table.rootId, table.step] }), index('effect_job').on(table.jobId)],
)

/** Queues that a person or a handler has paused. A queue without a row runs. */
export const queue = pgTable('queue', {
  name: text().primaryKey(),
  pausedAt: at('paused_at'),
  pausedBy: text('paused_by'),
  reason: text(),
})

/** Jobs that a sweep could not handle. Sweeps skip them until a person releases them, so that they block no other job. */
export const setAside = pgTable(
  'set_aside',
  {
    jobId: uuid('job_id')
      .notNull()
      .references(() => job.id, { onDelete: 'cascade' }),
    step: text({ enum: ['claim', 'dispatch', 'reconcile', 'complete'] }).notNull(),
    reason: text().notNull(),
    at: at('at').notNull().default(sql`now()`),
  },
  (table) => [primaryKey({ columns: [table.jobId, table.step] })],
)

/** Audit events of this service, because the kit has no audit service. Rows are only appended, never changed. */
export const auditEvents = pgTable('audit_events', {
  /** Version 7, so that ids sort by time. */
  id: uuid().primaryKey(),
  event: jsonb().$type<Record<string, unknown>>().notNull(),
})
