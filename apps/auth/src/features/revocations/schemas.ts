import { uuid } from '@fondasi/service'
import { z } from 'zod'

export const feedQuery = z.strictObject({
  after: z
    .string()
    // One digit less than a bigint can have, so that every match is in PostgreSQL's range.
    .regex(/^\d{1,18}$/)
    .optional()
    .meta({
      description: '`next` of the previous page. Leave out to get every revocation that is still in force',
      example: '42',
    }),
})

const expiresAtMs = z.number().meta({
  description: 'When you can drop the entry, in milliseconds since the epoch',
  example: 1_795_000_000_000,
})

export const feedPage = z.object({
  items: z.array(
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('session'), sessionId: uuid(), expiresAtMs }),
      z.object({
        kind: z.literal('subject'),
        subjectId: z.string().meta({ example: 'catalog' }),
        notBeforeMs: z.number().meta({
          description: 'Refuse tokens issued up to this time, in milliseconds since the epoch',
          example: 1_795_000_000_000,
        }),
        expiresAtMs,
      }),
      z.object({
        kind: z.literal('key'),
        kid: z.string().meta({
          description: 'Refuse every token signed with this key, and the key itself',
          example: 'oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U',
        }),
        expiresAtMs,
      }),
    ]),
  ),
  next: z.string().meta({ example: '42' }),
})
