import { timestamp, uuid } from '@fondasi/service'
import { z } from 'zod'

/** The subject and what happened to it, such as `order.paid`. */
export const eventType = z
  .string()
  .max(100)
  .regex(/^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$/, { message: 'must be lower-case words joined by dots' })
  .meta({ example: 'order.paid' })

const url = z
  .string()
  .max(2_048)
  .regex(/^[^\s\p{Cc}]*$/u, { message: 'must not contain spaces or control characters' })
  .meta({ example: 'https://shop.example/webhooks' })
const state = z.enum(['enabled', 'disabled'])

export const newEndpoint = z.strictObject({
  url,
  events: z
    .array(eventType)
    .min(1)
    .max(50)
    .meta({ description: 'The types of events to send there', example: ['order.paid'] }),
})
export type NewEndpoint = z.output<typeof newEndpoint>

export const endpointPatch = newEndpoint
  .extend({ state })
  .partial()
  .meta({ example: { state: 'enabled' } })
export type EndpointPatch = z.output<typeof endpointPatch>

export const webhookEndpoint = z
  .object({
    id: uuid(),
    url,
    events: z.array(z.string()).meta({ example: ['order.paid'] }),
    state,
    disabledReason: z.string().nullable().meta({
      description: '`gone` (it returned 410), `failing` (for five days) or `by_hand`',
      example: null,
    }),
    disabledAt: timestamp().nullable(),
    failingSince: timestamp().nullable().meta({ description: 'Since when every delivery has failed' }),
    rotatedAt: timestamp().nullable(),
    createdAt: timestamp(),
  })
  .meta({ id: 'WebhookEndpoint' })

export const endpointWithSecret = webhookEndpoint.extend({
  secret: z.string().meta({
    description: 'Verifies signatures (Standard Webhooks). Only this response and that of a rotation show it',
    example: 'whsec_c2VjcmV0',
  }),
})

export const changedEndpoint = webhookEndpoint.extend({
  missed: z
    .object({
      count: z.int(),
      filter: z.object({ kind: z.string(), payload: z.object({ endpointId: uuid() }) }),
    })
    .nullable()
    .meta({
      description:
        'After an endpoint was enabled: how many of its deliveries are dead letters, and the filter for POST /v1/dead/redrives',
      example: {
        count: 12,
        filter: { kind: 'webhook.deliver', payload: { endpointId: '01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70' } },
      },
    }),
})

export const endpointParams = z.strictObject({ id: uuid() })
export const testDelivery = z.object({ jobId: uuid() })
