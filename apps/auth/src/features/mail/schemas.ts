import { z } from 'zod'
import { email } from '../credentials/schemas.ts'

export const mailTokenText = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43}$/, { message: 'must be the token from a mail' })
  .meta({ example: 'q4kY1yq3xkPj1r4nV0d2uS0m9o3J7t5cX8eLZbWfHgA' })

/** Asks for a mail to an address. */
export const emailBody = z.strictObject({ email })

/** The response to a request for a mail: the same whether one is sent or not. */
export const accepted = z
  .object({ message: z.string() })
  .meta({ example: { message: 'If the address can be used, a mail is on its way.' } })
