import { timestamp, uuid } from '@fondasi/service'
import { z } from 'zod'

/** Describes the body, which is read as a stream. */
export const imageBody = z.unknown().meta({
  content: {
    'multipart/form-data': {
      schema: {
        type: 'object',
        required: ['file'],
        properties: {
          file: {
            type: 'string',
            format: 'binary',
            description: 'A JPEG, PNG or WebP file of up to 25 MiB',
            example: '@photo.jpg',
          },
        },
      },
    },
  },
})

export const image = z
  .object({
    id: uuid().meta({ description: 'Send it as `imageId` in the payload of an `image.thumbnail` job' }),
    contentType: z.enum(['image/jpeg', 'image/png', 'image/webp']).meta({ example: 'image/jpeg' }),
    bytes: z.int().meta({ example: 2_481_203 }),
    expiresAt: timestamp(),
  })
  .meta({ id: 'Image' })
export type Image = z.output<typeof image>

const side = z.int().min(1).max(4_096)

/** The payload of `image.thumbnail`. */
export const thumbnailPayload = z.strictObject({
  imageId: uuid(),
  /** The thumbnail fits into this box and keeps its proportions. It is never larger than the image. */
  width: side,
  height: side,
  format: z.enum(['jpeg', 'png', 'webp']).default('webp'),
})
export type ThumbnailPayload = z.output<typeof thumbnailPayload>
