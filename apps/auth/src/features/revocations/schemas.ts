import { z } from 'zod'

export const feedQuery = z.strictObject({
  after: z
    .string()
    // One digit less than an xid8 and a bigint can have, so that every match is in PostgreSQL's range.
    .regex(/^\d{1,19}:\d{1,18}$/)
    .optional()
    .meta({
      description: '`next` of the page before; without it everything that still matters',
      example: '7312:42',
    }),
})

const expiresAtMs = z
  .number()
  .meta({ description: 'When the entry may be forgotten, ms since the epoch', example: 1_795_000_000_000 })

export const feedPage = z.object({
  items: z.array(
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('session'), sessionId: z.uuid(), expiresAtMs }),
      z.object({
        kind: z.literal('subject'),
        subjectId: z.string(),
        notBeforeMs: z
          .number()
          .meta({ description: 'Tokens issued up to this moment are void', example: 1_795_000_000_000 }),
        expiresAtMs,
      }),
    ]),
  ),
  next: z.string().meta({ example: '7312:42' }),
})
