import { label, text, uuid } from '@fondasi/service'
import { z } from 'zod'
import { normaliseEmail } from './email-address.ts'

/** An address as it is kept: see `normaliseEmail`. */
export const email = text({ min: 3, max: 254 })
  .transform((value, context) => {
    const normalised = normaliseEmail(value)
    if (normalised === undefined) {
      context.addIssue({ code: 'invalid_format', format: 'email', message: 'is not an e-mail address' })
      return z.NEVER
    }
    return normalised
  })
  .meta({ example: 'siti@example.com' })

/** Bounded far above the policy's 128 characters, so that the policy gives the reason. */
export const password = z
  .string()
  .min(1)
  .max(512)
  .refine((value) => value.isWellFormed(), { message: 'contains characters that are not text' })
  .meta({ example: 'correct horse battery staple' })

export const mailTokenText = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43}$/, { message: 'is not a token from a mail' })
  .meta({ example: 'q4kY1yq3xkPj1r4nV0d2uS0m9o3J7t5cX8eLZbWfHgA' })

export const name = label(100).meta({ example: 'Siti' })

export const registerBody = z.strictObject({ email, password, name })
export const verifyBody = z.strictObject({ token: mailTokenText, password })
export const emailBody = z.strictObject({ email })

export const accepted = z
  .object({ message: z.string() })
  .meta({ example: { message: 'If the address can be used, a mail is on its way.' } })

export const user = z
  .object({
    id: uuid(),
    email: z.string().meta({ example: 'siti@example.com' }),
    name: z.string().meta({ example: 'Siti' }),
    roles: z.array(z.string()).meta({ example: ['editor'] }),
  })
  .meta({ id: 'User' })
