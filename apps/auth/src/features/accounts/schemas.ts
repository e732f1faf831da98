import { nameText, uuid } from '@fondasi/service'
import { z } from 'zod'

export const name = nameText(100).meta({ example: 'Siti' })

export const user = z
  .object({
    id: uuid(),
    email: z.string().meta({ example: 'siti@example.com' }),
    name: z.string().meta({ example: 'Siti' }),
    roles: z.array(z.string()).meta({ example: ['editor'] }),
  })
  .meta({ id: 'User' })
