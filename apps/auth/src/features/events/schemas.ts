import { listQuery, pageOfItems, text, timestamp, uuid } from '@fondasi/service'
import { z } from 'zod'

export const eventsQuery = listQuery.extend({
  actor: text({ max: 100 }).optional().meta({ description: 'Id of the user or service that acted' }),
  action: z
    .string()
    .regex(/^auth\.[a-z_]{1,60}$/)
    .optional()
    .meta({ example: 'auth.authn_login_fail' }),
})

const event = z
  .object({
    id: uuid(),
    action: z.string().meta({ example: 'auth.authn_login_success' }),
    outcome: z.enum(['success', 'failure', 'denied']),
    actor: z.object({ type: z.string().meta({ example: 'user' }), id: z.string() }),
    targets: z.array(z.object({ type: z.string(), id: z.string() })),
    occurredAt: timestamp(),
    requestId: z.string(),
    ip: z.string().nullable(),
    userAgent: z.string().nullable(),
    metadata: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  })
  .meta({ id: 'SecurityEvent' })

export const eventPage = pageOfItems(event)
