import { z } from 'zod'
import { email, password } from '../credentials/schemas.ts'

export const loginBody = z.strictObject({
  email,
  password,
  transport: z.enum(['body', 'cookie']).default('body').meta({
    description:
      'Where the refresh token goes. Browsers use `cookie`: an HttpOnly cookie. Other clients use `body`: the response body',
    example: 'body',
  }),
})
