import { z } from 'zod'
import { email, password } from '../credentials/schemas.ts'

export const loginBody = z.strictObject({
  email,
  password,
  transport: z.enum(['body', 'cookie']).default('body').meta({
    description:
      '`cookie`: the refresh token goes into an HttpOnly cookie (browsers); `body`: into the answer (everything else)',
    example: 'body',
  }),
})
