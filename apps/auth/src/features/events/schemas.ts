import { listQuery, pageOfItems, text, timestamp, uuid } from '@fondasi/service'
import { z } from 'zod'

const userId = '01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70'

export const eventsQuery = listQuery.extend({
  actor: text({ max: 100 })
    .optional()
    .meta({ description: 'Id of the user or service account that acted', example: userId }),
  action: z
    .string()
    .regex(/^auth\.[a-z_]{1,60}$/, { message: 'must be an action such as auth.authn_login_fail' })
    .optional()
    .meta({ example: 'auth.authn_login_fail' }),
})

const event = z
  .object({
    id: uuid(),
    action: z.string().meta({ example: 'auth.session_ended' }),
    outcome: z.enum(['success', 'failure', 'denied']),
    actor: z.object({ type: z.string().meta({ example: 'user' }), id: z.string().meta({ example: userId }) }),
    targets: z
      .array(z.object({ type: z.string(), id: z.string() }))
      .meta({ example: [{ type: 'session', id: '01936f0e-9b1d-7a40-8c3f-5e2d7a9b4c11' }] }),
    occurredAt: timestamp(),
    requestId: z.string().meta({ example: '0b7f6a52-3c1d-4a8e-9a57-2f8f2f9b1c11' }),
    ip: z.string().nullable().meta({ example: '203.0.113.7' }),
    userAgent: z.string().nullable().meta({ example: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0' }),
    metadata: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .meta({ example: { reason: 'revoked_by_admin' } }),
  })
  .meta({ id: 'SecurityEvent' })

export const eventPage = pageOfItems(event)
