import type { Db } from '@fondasi/postgres'
import type { Blob, NewBlob } from './repository.ts'
import * as repository from './repository.ts'

/** Large enough for a photo or a report. Larger files belong in an object store. */
export const maxBlobBytes = 25 * 1024 * 1024
/** How much of a blob a process holds in memory. Smaller chunks would need more round trips. */
const chunkBytes = 256 * 1024

export class BlobTooLargeError extends Error {
  override name = 'BlobTooLargeError'
}

export type BlobWriter = Awaited<ReturnType<typeof createBlob>>

/**
 * Writes a blob piece by piece. Nobody can read it before `finish`.
 *
 * @param from the first chunks of an unfinished blob, to continue it. They are copied to the new blob, because an earlier run may
 *   still be alive and write to the old one.
 */
export async function createBlob(db: Db, about: NewBlob, from?: { blobId: string; chunks: number }) {
  const id = await repository.insertBlob(db, about)
  const copied = from === undefined ? { chunks: 0, bytes: 0 } : await repository.copyChunks(db, id, from)
  let { chunks, bytes } = copied
  let pieces: Buffer[] = []
  let waiting = 0

  /** Stores what was written until now. @returns the number of chunks, for `from` */
  async function flush(): Promise<number> {
    if (waiting === 0) return chunks
    await repository.insertChunk(db, id, chunks, Buffer.concat(pieces))
    pieces = []
    waiting = 0
    chunks += 1
    return chunks
  }

  return {
    id,
    flush,
    /** @throws {BlobTooLargeError} */
    async write(data: Uint8Array): Promise<void> {
      bytes += data.length
      if (bytes > maxBlobBytes) throw new BlobTooLargeError(`a file has at most ${maxBlobBytes} bytes`)
      for (let at = 0; at < data.length; at += chunkBytes) {
        const piece = Buffer.from(data.subarray(at, at + chunkBytes))
        pieces.push(piece)
        waiting += piece.length
        if (waiting >= chunkBytes) await flush()
      }
    },
    /** @param keepDays after which the blob expires */
    async finish(keepDays: number): Promise<Blob> {
      await flush()
      const finished = await repository.finishBlob(db, id, bytes, keepDays)
      if (finished === undefined) throw new Error('the blob took too long to be written')
      return finished
    },
  }
}

/** Stores a file as the result of a job that has not ended. @returns its size @throws {BlobTooLargeError} */
export async function storeResult(
  db: Db,
  { jobId, tenant }: { jobId: string; tenant: string },
  file: { contentType: string; fileName: string; keepDays: number },
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<number> {
  const { keepDays, ...about } = file
  const writer = await createBlob(db, { tenant, ...about })
  for await (const piece of content) await writer.write(piece)
  const { id, bytes } = await writer.finish(keepDays)
  await repository.setResultBlob(db, jobId, id)
  return bytes
}

/** The content of a blob. One chunk at a time is in memory. */
export async function* readBlob(db: Db, id: string): AsyncGenerator<Buffer> {
  let next = await repository.findChunkAfter(db, id, -1)
  while (next !== undefined) {
    yield next.data
    next = await repository.findChunkAfter(db, id, next.n)
  }
}
