import { timestamp } from '@fondasi/service'
import { z } from 'zod'
import { name, user } from '../accounts/schemas.ts'
import { password } from '../credentials/schemas.ts'

export const me = user.extend({ createdAt: timestamp(), passwordChangedAt: timestamp() }).meta({ id: 'Me' })
export const changeMeBody = z.strictObject({ name })
export const deleteMeBody = z.strictObject({ password })
