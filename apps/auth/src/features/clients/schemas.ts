import { nameText, timestamp } from '@fondasi/service'
import { z } from 'zod'

/** Never in the form of a user id, so that the two cannot be confused in a token's `sub`. */
export const clientId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,62}$/, {
    message: 'must be 2 to 63 lower-case letters, digits and hyphens, and start with a letter',
  })
  .meta({ example: 'catalog' })

/** A permission as a scope token of RFC 6749, 3.3. No wildcard: a service gets what it needs by name. */
const scopeToken = z
  .string()
  .max(64)
  .regex(/^[a-z][a-z-]*:[a-z][a-z-]*$/, { message: 'must have the form resource:action' })
  .meta({ example: 'events:write' })

const scopes = z
  .array(scopeToken)
  .max(50)
  .refine((all) => new Set(all).size === all.length, { message: 'must not name a scope twice' })

const name = nameText(100).meta({ example: 'Catalog service' })

export const clientParams = z.strictObject({ id: clientId })

export const newClient = z.strictObject({ id: clientId, name, scopes })

// Loose, since a request has other headers, too.
export const createHeaders = z.looseObject({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, { message: 'must be 1 to 255 printable ASCII characters without spaces' })
    .optional()
    .meta({
      description:
        'Repeat a request with the same key and body to get the first response again, with `Idempotent-Replayed: true`',
      example: '7f2c9a50-create-catalog',
    }),
})

/** A day is enough to redeploy the service that uses the secret. */
const maxPreviousSecretValidSeconds = 86_400

export const rotateSecret = z.strictObject({
  previousSecretValidSeconds: z
    .number()
    .int()
    .min(0)
    .max(maxPreviousSecretValidSeconds)
    .default(3600)
    .meta({ description: 'Seconds for which the current secret keeps working', example: 3600 }),
})

export const client = z.object({
  id: clientId,
  name,
  scopes: z.array(scopeToken),
  createdAt: timestamp().meta({ example: '2026-11-21T08:30:00.000Z' }),
  previousSecretExpiresAt: timestamp()
    .nullable()
    .meta({ description: 'When the previous secret stops working', example: null }),
})

export const clientWithSecret = client.extend({
  secret: z.string().meta({
    description: 'Only this response contains it',
    example: 'cs_3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  }),
})
