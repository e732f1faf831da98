import { pageOfItems, text, timestamp, uuid } from '@fondasi/service'
import { z } from 'zod'

const refreshToken = z.string().max(200).meta({
  description: 'Opaque. Each one works for one refresh',
  example: 'rt_AZNvDoo8fMKdHis9PlxqcAAAAAB…',
})

export const refreshBody = z.strictObject({ refreshToken: refreshToken.optional() }).nullish()

export const tokens = z
  .object({
    accessToken: z.string().meta({ example: 'eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9…' }),
    tokenType: z.literal('Bearer'),
    expiresIn: z.int().meta({ description: 'Seconds until the access token expires', example: 600 }),
    refreshToken: refreshToken.optional().meta({ description: 'Absent if the cookie has it' }),
    refreshExpiresAt: timestamp(),
    user: z.object({
      id: uuid(),
      email: z.string().meta({ example: 'siti@example.com' }),
      name: z.string().meta({ example: 'Siti' }),
      roles: z.array(z.string()).meta({ example: ['editor'] }),
    }),
  })
  .meta({ id: 'Tokens' })

export const sessionId = z.strictObject({ id: uuid() })

export const endSessionsQuery = z.strictObject({
  keep: z
    .literal('current')
    .optional()
    .meta({ description: '`current` keeps this session. Leave out to sign out everywhere' }),
})

const session = z
  .object({
    id: uuid(),
    current: z.boolean().meta({ description: 'Whether it is the session of this request' }),
    transport: z.enum(['cookie', 'body']),
    ip: z.string().meta({ example: '203.0.113.7' }),
    userAgent: text({ max: 512 }).meta({ example: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0' }),
    createdAt: timestamp(),
    lastSeenAt: timestamp(),
    expiresAt: timestamp(),
  })
  .meta({ id: 'Session' })

export const sessionPage = pageOfItems(session)
