import { z } from 'zod'
import { email, password } from '../credentials/schemas.ts'

export const loginBody = z.strictObject({
  email,
  password,
  transport: z.enum(['body', 'cookie']).default('body').meta({
    description:
      'Where the refresh token goes. `cookie`: into an HttpOnly cookie, for browsers; `body`: into the response, for all other clients',
    example: 'body',
  }),
})
