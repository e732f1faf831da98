import { text, timestamp } from '@fondasi/service'
import { z } from 'zod'

const name = z.string().max(64).meta({ example: 'mail' })
const counts = z
  .object({ waiting: z.int(), active: z.int(), delayed: z.int() })
  .nullable()
  .meta({ description: 'null when Redis does not answer', example: { waiting: 12, active: 10, delayed: 3 } })

export const queueState = z
  .object({
    name,
    paused: z
      .object({ at: timestamp(), by: z.string().nullable(), reason: z.string().nullable() })
      .nullable()
      .meta({ example: null }),
    counts,
    quarantined: counts,
  })
  .meta({ id: 'Queue' })
export type QueueState = z.output<typeof queueState>

export const queueParams = z.strictObject({ queue: name })
export const pauseBody = z
  .strictObject({ reason: text({ max: 500 }).optional().meta({ example: 'The mail server is down' }) })
  .meta({ example: { reason: 'The mail server is down' } })
