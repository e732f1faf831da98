import { buffer } from 'node:stream/consumers'
import type { Db } from '@fondasi/postgres'
import sharp from 'sharp'
import { findBlob } from '../blobs/repository.ts'
import { readBlob, storeResult } from '../blobs/store.ts'
import { type Task, type TaskEnd, taskDead } from '../heavy/task.ts'
import { type ThumbnailPayload, thumbnailPayload } from './schemas.ts'

/** More than any phone's camera takes. Decoded, they use 400 MB of memory. */
const maxPixels = 100_000_000

// libvips can read many more formats, such as SVG. Without them, their parsers have no attack surface.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: ['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadWebp'],
})
// Tasks already run in parallel, as processes, and a cache does not help, because each task reads another image.
sharp.concurrency(1)
sharp.cache(false)

/** Scales an image down. A defective image makes the job dead at once, because another run would read the same bytes. */
export function createThumbnailTask({ db, keepDays }: { db: Db; keepDays: number }): Task {
  return async (input) => {
    const wanted = thumbnailPayload.parse(input.payload)
    const source = await findBlob(db, input.tenant, wanted.imageId)
    if (source === undefined) return taskDead('the image does not exist or has expired; upload it again')
    const scaled = await scale(await buffer(readBlob(db, source.id)), wanted)
    if ('type' in scaled) return scaled
    const { data, info } = scaled
    const contentType = `image/${wanted.format}`
    const file = { contentType, fileName: `thumbnail.${wanted.format}`, keepDays }
    const bytes = await storeResult(db, input, file, [data])
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
      return taskDead(
        `the image has ${actual.width} × ${actual.height} pixels; at most ${maxPixels} are allowed`,
      )
    // Cameras store the sensor's image, with its orientation in EXIF. The thumbnail has no EXIF, so the pixels are turned.
    return await sharp(content, { limitInputPixels: maxPixels, failOn: 'error' })
      .autoOrient()
      .resize({ width, height, fit: 'inside', withoutEnlargement: true })
      .toFormat(format)
      .toBuffer({ resolveWithObject: true })
  } catch (error) {
    return taskDead(`the image cannot be decoded: ${error instanceof Error ? error.message : String(error)}`)
  }
}
