import { z } from 'zod'
import { mailTokenText, password } from '../registration/schemas.ts'

export const resetBody = z.strictObject({ token: mailTokenText, password })
export const changeBody = z.strictObject({ currentPassword: password, newPassword: password })
