import { z } from 'zod'
import { name } from '../accounts/schemas.ts'
import { email, password } from '../credentials/schemas.ts'
import { mailTokenText } from '../mail/schemas.ts'

export const registerBody = z.strictObject({ email, password, name })
export const verifyBody = z.strictObject({ token: mailTokenText, password })
