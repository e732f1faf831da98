import { timestamp, uuid } from '@fondasi/service'
import { z } from 'zod'

const maxReplacements = 20

export const synonymFields = z.strictObject({
  term: z
    .string()
    .max(64)
    .regex(/^(?:[\p{Ll}\p{Lu}\p{Lo}]+|\d+)$/u, { message: 'must be one word' })
    .meta({ description: 'One word, as people type it', example: 'hp' }),
  replacements: z
    .array(
      z
        .string()
        .max(64)
        .regex(/^[\p{Ll}\p{Lu}\p{Lo}\d]+(?:[ -][\p{Ll}\p{Lu}\p{Lo}\d]+)*$/u, {
          message: 'must be words of letters and digits, joined by spaces or hyphens',
        }),
    )
    .min(1)
    .max(maxReplacements)
    .meta({ description: 'Words that a search for the term also finds', example: ['ponsel', 'handphone'] }),
})
export type SynonymFields = z.output<typeof synonymFields>

export const synonym = z
  .object({
    id: uuid(),
    term: z.string().meta({ example: 'hp' }),
    replacements: z.array(z.string()).meta({ example: ['ponsel', 'handphone'] }),
    createdAt: timestamp(),
  })
  .meta({ id: 'Synonym' })

export const synonymParams = z.strictObject({ id: uuid() })
