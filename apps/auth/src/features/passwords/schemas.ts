import { z } from 'zod'
import { password } from '../credentials/schemas.ts'
import { mailTokenText } from '../mail/schemas.ts'

export const resetBody = z.strictObject({ token: mailTokenText, password })
export const changeBody = z.strictObject({ currentPassword: password, newPassword: password })
