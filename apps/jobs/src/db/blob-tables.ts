import { sql } from 'drizzle-orm'
import { bigint, index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { at, bytea } from './columns.ts'

/** Uploads and large results, at most 25 MiB, so that any replica can serve them. */
export const blob = pgTable(
  'blob',
  {
    id: uuid().primaryKey().default(sql`uuidv7()`),
    tenant: text().notNull(),
    contentType: text('content_type').notNull(),
    /** The name under which a client saves it. */
    fileName: text('file_name').notNull(),
    bytes: bigint({ mode: 'number' }).notNull(),
    createdAt: at('created_at').notNull().default(sql`now()`),
    expiresAt: at('expires_at').notNull(),
  },
  (table) => [index('blob_expired').on(table.expiresAt)],
)

export const blobChunk = pgTable(
  'blob_chunk',
  {
    blobId: uuid('blob_id')
      .notNull()
      .references(() => blob.id, { onDelete: 'cascade' }),
    n: integer().notNull(),
    data: bytea().notNull(),
  },
  (table) => [primaryKey({ columns: [table.blobId, table.n] })],
)
