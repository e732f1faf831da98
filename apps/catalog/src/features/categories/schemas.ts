import { label, timestamp, uuid } from '@fondasi/service'
import { z } from 'zod'
import { bilingual } from '../products/schemas.ts'

const slug = z
  .string()
  .max(60)
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, { message: 'expected lower-case words with hyphens between' })
  .meta({ example: 'shirts' })
const names = bilingual(label(100), { en: 'Shirts', id: 'Kemeja' })
const parentId = uuid().nullable().meta({ description: 'null at the top' })

export const category = z
  .object({
    id: uuid(),
    parentId,
    slugPath: z.string().meta({ example: 'fashion/men/shirts' }),
    name: z.object({ en: z.string(), id: z.string() }),
    version: z.int().meta({ description: 'As ETag `"1"`: send it back in If-Match' }),
    createdAt: timestamp(),
  })
  .meta({ id: 'Category' })
export type Category = z.output<typeof category>

export const categoryParams = z.strictObject({ id: uuid() })

export const newCategory = z.strictObject({ slug, name: names, parentId: parentId.default(null) })
export type NewCategory = z.output<typeof newCategory>

/** JSON Merge Patch (RFC 7396), where taking away means only one thing: a category without parent is at the top. */
export const categoryPatch = z
  .strictObject({ slug, name: names.partial(), parentId })
  .partial()
  .meta({ example: { name: { id: 'Baju' } } })
export type CategoryPatch = z.output<typeof categoryPatch>
