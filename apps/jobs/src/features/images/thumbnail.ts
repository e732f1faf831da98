import type { Db } from '@fondasi/postgres'
import sharp from 'sharp'
import { findBlob, setResultBlob } from '../blobs/repository.ts'
import { createBlob, readBlob } from '../blobs/store.ts'
import type { Task, TaskEnd } from '../heavy/task.ts'
import { type ThumbnailPayload, thumbnailPayload } from './schemas.ts'

/** More than any phone's camera takes. Decoded, that many pixels occupy 400 MB. */
const maxPixels = 100_000_000

// libvips can read many more formats, such as SVG, whose parsers nobody needs here.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: ['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadWebp'],
})
// Tasks run in parallel as processes, and no two of them read one image.
sharp.concurrency(1)
sharp.cache(false)

/** Scales an image down. Everything that is wrong with the image is final: another run would see the same bytes. */
export function createThumbnailTask({ db, keepDays }: { db: Db; keepDays: number }): Task {
  return async ({ jobId, tenant, payload }) => {
    const wanted = thumbnailPayload.parse(payload)
    const source = await findBlob(db, tenant, wanted.imageId)
    if (source === undefined) return dead('the image does not exist or has expired; upload it again')
    const pieces: Buffer[] = []
    for await (const piece of readBlob(db, source.id)) pieces.push(piece)
    const scaled = await scale(Buffer.concat(pieces), wanted)
    if ('type' in scaled) return scaled

    const { data, info } = scaled
    const fileName = `thumbnail.${wanted.format}`
    const contentType = `image/${wanted.format}`
    const writer = await createBlob(db, { tenant, contentType, fileName })
    await writer.write(data)
    const { id, bytes } = await writer.finish(keepDays)
    await setResultBlob(db, jobId, id)
    return { type: 'done', result: { contentType, bytes, width: info.width, height: info.height } }
  }
}

type Scaled = { data: Buffer; info: { width: number; height: number } }

async function scale(
  content: Buffer,
  { width, height, format }: ThumbnailPayload,
): Promise<Scaled | TaskEnd> {
  try {
    // Reads only the header. A few kilobytes can claim to be billions of pixels.
    const actual = await sharp(content, { limitInputPixels: false }).metadata()
    if (actual.width * actual.height > maxPixels)
      return dead(`the image has ${actual.width} × ${actual.height} pixels; at most ${maxPixels} are allowed`)
    // Cameras store the sensor's image, with its orientation in EXIF: turn the pixels, because the thumbnail has no EXIF.
    return await sharp(content, { limitInputPixels: maxPixels, failOn: 'error' })
      .autoOrient()
      .resize({ width, height, fit: 'inside', withoutEnlargement: true })
      .toFormat(format)
      .toBuffer({ resolveWithObject: true })
  } catch (error) {
    return dead(`the image cannot be decoded: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function dead(message: string): TaskEnd {
  return { type: 'dead', message }
}
