import { label, text } from '@fondasi/service'
import { z } from 'zod'
import { attributeCode, bilingual } from '../products/schemas.ts'

const name = attributeCode.meta({ example: 'weight_g' })

export const attributeParams = z.strictObject({ name })

export const attributeFields = z.strictObject({
  type: z.enum(['text', 'number', 'boolean']).meta({ example: 'number' }),
  label: bilingual(label(100), { en: 'Weight', id: 'Berat' }),
  unit: text({ min: 1, max: 20 }).nullable().default(null).meta({ example: 'g' }),
  filterable: z.boolean().default(true).meta({ description: 'Whether facets count its values' }),
})
export type AttributeFields = z.output<typeof attributeFields>

export const attribute = attributeFields.extend({ name }).meta({ id: 'Attribute' })
export type Attribute = z.output<typeof attribute>
