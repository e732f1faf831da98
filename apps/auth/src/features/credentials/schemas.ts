import { text } from '@fondasi/service'
import { z } from 'zod'
import { normaliseEmail } from './email-address.ts'

/** An e-mail address, normalised by `normaliseEmail`. */
export const email = text({ min: 3, max: 254 })
  .transform((value, context) => {
    const normalised = normaliseEmail(value)
    if (normalised === undefined) {
      context.addIssue({ code: 'invalid_format', format: 'email', message: 'must be an e-mail address' })
      return z.NEVER
    }
    return normalised
  })
  .meta({ example: 'siti@example.com' })

/** The limit is far above the policy's 128 characters, so that the policy reports a password that is too long. */
export const password = z
  .string()
  .min(1)
  .max(512)
  .refine((value) => value.isWellFormed(), { message: 'must be valid Unicode text' })
  .meta({ example: 'correct horse battery staple' })
