import { timestamp } from '@fondasi/service'
import { z } from 'zod'

export const searchIndexState = z
  .object({
    refreshedAt: timestamp().nullable(),
    durationMs: z.int().nullable().meta({ example: 420 }),
    products: z.int().meta({ example: 5_000 }),
    words: z.int().meta({ example: 7_300 }),
    isStale: z.boolean().meta({ description: 'Products have changed since the last refresh' }),
  })
  .meta({ id: 'SearchIndexState' })
