import { pageOfItems, queryInteger, uuid } from '@fondasi/service'
import { z } from 'zod'
import { image, slug } from '../products/schemas.ts'
import { q } from '../search/schemas.ts'

export const suggestQuery = z.strictObject({
  q: q.meta({ description: 'What has been typed so far', example: 'kemeja pu' }),
  locale: z
    .enum(['en', 'id'])
    .default('en')
    .meta({ description: 'The language of the titles', example: 'id' }),
  limit: queryInteger({ min: 1, max: 10 })
    .prefault(5)
    .meta({ description: 'Of completions and of products', example: 5 }),
})
export type SuggestQuery = z.output<typeof suggestQuery>

const suggestedProduct = z.object({
  id: uuid(),
  slug,
  title: z.string().meta({ example: 'Kemeja katun pria' }),
  image: image.nullable(),
})

export const suggestions = pageOfItems(suggestedProduct).extend({
  completions: z.array(z.string()).meta({
    description:
      'Texts to search for: `q` with its last word completed, the most frequent word first. Each of them finds a product. Empty when the last word is finished',
    example: ['kemeja putih', 'kemeja putra'],
  }),
})
export type Suggestions = z.output<typeof suggestions>
