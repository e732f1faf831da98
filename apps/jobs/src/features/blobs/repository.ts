import type { Db } from '@fondasi/postgres'
import { and, eq, gt, sql } from 'drizzle-orm'
import { blob, blobChunk, isOpen, job } from '../../db/schema.ts'

export type Blob = typeof blob.$inferSelect
export type NewBlob = Pick<Blob, 'tenant' | 'contentType' | 'fileName'>

/** How long writing a blob may take. A blob that is never finished is deleted like an expired one. */
const writtenWithin = sql`now() + interval '1 hour'`
/** Each new blob deletes some expired ones, more than it adds, so the table needs no clean-up job. */
const sweptAtOnce = 5

/** Starts a blob, which has no chunks yet. @returns its id */
export async function insertBlob(db: Db, about: NewBlob): Promise<string> {
  await db.execute(sql`
    delete from ${blob} where id in (
      select id from ${blob} where expires_at < now() order by expires_at limit ${sweptAtOnce} for update skip locked)`)
  const started = { ...about, bytes: 0, expiresAt: writtenWithin }
  const [row] = await db.insert(blob).values(started).returning({ id: blob.id })
  if (row === undefined) throw new Error('insert returned no row')
  return row.id
}

export async function insertChunk(db: Db, blobId: string, n: number, data: Buffer): Promise<void> {
  await db.insert(blobChunk).values({ blobId, n, data })
}

/** Copies the first chunks of another blob. @returns how many there are, with their size */
export async function copyChunks(
  db: Db,
  blobId: string,
  from: { blobId: string; chunks: number },
): Promise<{ chunks: number; bytes: number }> {
  const { rows } = await db.execute<{ chunks: number; bytes: number }>(sql`
    with copied as (
      insert into ${blobChunk} (blob_id, n, data)
      select ${blobId}, n, data from ${blobChunk} where blob_id = ${from.blobId} and n < ${from.chunks}
      returning length(data) as bytes
    )
    select count(*)::int as chunks, coalesce(sum(bytes), 0)::int as bytes from copied`)
  return rows[0] ?? { chunks: 0, bytes: 0 }
}

/** Records that all chunks are there. @returns undefined when the blob took too long and was deleted */
export async function finishBlob(
  db: Db,
  id: string,
  bytes: number,
  keepDays: number,
): Promise<Blob | undefined> {
  const expiresAt = sql`now() + ${keepDays} * interval '1 day'`
  const [row] = await db.update(blob).set({ bytes, expiresAt }).where(eq(blob.id, id)).returning()
  return row
}

/** Finds a blob of a tenant that has not expired. An expired blob is never found, even if its row still exists. */
export async function findBlob(db: Db, tenant: string, id: string): Promise<Blob | undefined> {
  const isValid = and(eq(blob.tenant, tenant), gt(blob.expiresAt, sql`now()`))
  const [row] = await db
    .select()
    .from(blob)
    .where(and(eq(blob.id, id), isValid))
  return row
}

/** The next chunk of a blob after chunk `n`. */
export async function findChunkAfter(
  db: Db,
  blobId: string,
  n: number,
): Promise<{ n: number; data: Buffer } | undefined> {
  const [row] = await db
    .select({ n: blobChunk.n, data: blobChunk.data })
    .from(blobChunk)
    .where(and(eq(blobChunk.blobId, blobId), gt(blobChunk.n, n)))
    .orderBy(blobChunk.n)
    .limit(1)
  return row
}

/** Makes a blob the result of a job that has not ended. */
export async function setResultBlob(db: Db, jobId: string, blobId: string): Promise<void> {
  await db.execute(sql`update ${job} set result_blob = ${blobId} where id = ${jobId} and ${isOpen}`)
}
