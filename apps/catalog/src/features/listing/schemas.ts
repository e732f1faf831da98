import { listQuery, pageOfItems, queryBoolean } from '@fondasi/service'
import { z } from 'zod'
import { facets, total } from '../facets/schemas.ts'
import { filterQuery } from '../filters/schemas.ts'
import { listedProduct } from '../products/schemas.ts'

export const sorts = [
  'price',
  '-price',
  'created',
  '-created',
  'rating',
  '-rating',
  'popularity',
  '-popularity',
  'nameEn',
  '-nameEn',
  'nameId',
  '-nameId',
] as const
export type Sort = (typeof sorts)[number]

export const isByPrice = (sort: Sort): boolean => sort === 'price' || sort === '-price'

export const sortDescription =
  'A minus means descending. Equal products are in the order of their ids. By price, the list has only products with a price in `currency`'

/** The parameters of every list of products, besides filters. */
export const pageQuery = listQuery.extend({
  facets: queryBoolean()
    .meta({ type: 'boolean', description: 'Whether the response includes facets', example: true })
    .default(false),
})

export const productQuery = filterQuery.extend(pageQuery.shape).extend({
  sort: z.enum(sorts).default('-created').meta({ description: sortDescription, example: 'price' }),
})

export const productPage = pageOfItems(listedProduct).extend({ total, facets: facets.optional() })
