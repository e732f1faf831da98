import { listQuery, pageOfItems, timestamp, uuid } from '@fondasi/service'
import { z } from 'zod'
import { user as account } from '../accounts/schemas.ts'
import { email } from '../credentials/schemas.ts'

const role = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,31}$/, {
    message: 'must be 1 to 32 lower-case letters, digits, hyphens and underscores, and start with a letter',
  })
  .meta({ example: 'editor' })

export const usersQuery = listQuery.extend({ email: email.optional() })
export const userId = z.strictObject({ id: uuid() })
export const rolesBody = z.strictObject({
  roles: z
    .array(role)
    .max(20)
    .transform((roles) => [...new Set(roles)]),
})

const user = account
  .extend({ disabledAt: timestamp().nullable(), passwordChangedAt: timestamp(), createdAt: timestamp() })
  .meta({ id: 'ManagedUser' })

export const userPage = pageOfItems(user)
