import type { Readable } from 'node:stream'
import type { Db } from '@fondasi/postgres'
import { Problem, serviceProblem } from '@fondasi/service'
import type { Config } from '../../config.ts'
import { type BlobWriter, createBlob, maxBlobBytes } from '../blobs/store.ts'
import type { Image } from './schemas.ts'

export interface ReceiveDeps {
  db: Db
  config: Pick<Config, 'FILE_RETENTION_DAYS' | 'TRANSFER_STALLED_SECONDS'>
}

/**
 * Stores an image while it arrives.
 *
 * @throws `unsupported_media_type`, `payload_too_large`, `malformed_body`, `request_timeout`
 */
export async function receiveImage(
  { db, config }: ReceiveDeps,
  { content, tenant }: { content: Readable; tenant: string },
): Promise<Image> {
  let head = Buffer.alloc(0)
  let writer: BlobWriter | undefined
  for await (const piece of readAtMost(content, config.TRANSFER_STALLED_SECONDS)) {
    if (writer) await writer.write(piece)
    else {
      head = Buffer.concat([head, piece])
      if (head.length < headBytes) continue
      const contentType = contentTypeOf(head)
      if (contentType === undefined) break
      writer = await createBlob(db, { tenant, contentType, fileName: 'upload' })
      await writer.write(head)
    }
  }
  const contentType = contentTypeOf(head)
  if (writer === undefined || contentType === undefined)
    throw serviceProblem('unsupported_media_type', { detail: 'The file must be a JPEG, PNG or WebP image' })
  const { id, bytes, expiresAt } = await writer.finish(config.FILE_RETENTION_DAYS)
  return { id, contentType, bytes, expiresAt }
}

/** Enough bytes of a file to know its type. */
const headBytes = 12

/** The type of an image by its first bytes, because a client can name any type. @returns undefined for other files */
function contentTypeOf(head: Buffer): Image['contentType'] | undefined {
  const text = head.toString('latin1', 0, headBytes)
  if (text.startsWith('\xff\xd8\xff')) return 'image/jpeg'
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png'
  if (text.startsWith('RIFF') && text.endsWith('WEBP')) return 'image/webp'
  return undefined
}

/** @throws `malformed_body` */
export function refuseForm(cause?: unknown): never {
  const detail = 'Send a complete form (multipart/form-data) with the image as a file'
  throw serviceProblem('malformed_body', { detail, cause })
}

/** The bytes of a file. If the reader stops early, the request stays open, so that a response can still be sent. */
async function* readAtMost(content: Readable, stalledAfterSeconds: number): AsyncGenerator<Buffer> {
  let bytes = 0
  const stalled = setTimeout(() => {
    const detail = `No bytes arrived for ${stalledAfterSeconds} s`
    content.destroy(serviceProblem('request_timeout', { detail }))
  }, stalledAfterSeconds * 1000)
  try {
    for await (const piece of content.iterator({ destroyOnReturn: false })) {
      stalled.refresh()
      if (!Buffer.isBuffer(piece)) throw new TypeError('a file comes in buffers')
      bytes += piece.length
      if (bytes > maxBlobBytes)
        throw serviceProblem('payload_too_large', { detail: `An image has at most ${maxBlobBytes} bytes` })
      yield piece
    }
  } catch (error) {
    if (error instanceof Problem) throw error
    refuseForm(error)
  } finally {
    clearTimeout(stalled)
  }
}
