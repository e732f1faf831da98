import { label, timestamp, uuid } from '@fondasi/service'
import { z } from 'zod'
import { bilingual } from '../products/schemas.ts'

const slug = z
  .string()
  .max(60)
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, { message: 'must be lower-case words joined by hyphens' })
  .meta({ example: 'shirts' })
const names = bilingual(label(100), { en: 'Shirts', id: 'Kemeja' })
const parentId = uuid().nullable().meta({ description: 'null for a category at the top' })

export const category = z
  .object({
    id: uuid(),
    parentId,
    slugPath: z.string().meta({ example: 'fashion/men/shirts' }),
    name: z.object({ en: z.string(), id: z.string() }).meta({ example: { en: 'Shirts', id: 'Kemeja' } }),
    version: z.int().meta({ description: 'Also the ETag: send it back in If-Match', example: 3 }),
    createdAt: timestamp(),
  })
  .meta({ id: 'Category' })
export type Category = z.output<typeof category>

export const categoryParams = z.strictObject({ id: uuid() })

export const newCategory = z.strictObject({ slug, name: names, parentId: parentId.default(null) })
export type NewCategory = z.output<typeof newCategory>

/** JSON Merge Patch (RFC 7396). Only `parentId` can be null, which moves the category to the top. */
export const categoryPatch = z
  .strictObject({ slug, name: names.partial(), parentId })
  .partial()
  .meta({ example: { name: { id: 'Baju' } } })
export type CategoryPatch = z.output<typeof categoryPatch>
