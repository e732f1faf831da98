import { queryBoolean, queryInteger, text, uuid } from '@fondasi/service'
import { z } from 'zod'
import { currency } from '../products/money.ts'

/** No person chooses more. */
const maxChoices = 50

const list = <Item extends z.ZodType<string, string>>(item: Item) =>
  z
    .string()
    .max(4_000)
    .transform((value) => value.split(/(?<!\\),/).map((choice) => choice.replaceAll('\\,', ',')))
    .pipe(z.array(item).min(1).max(maxChoices))
    // The same choice in another order is the same list.
    .transform((choices) => [...new Set(choices)].toSorted())
    .optional()

const amount = queryInteger({ min: 0 }).optional()

/**
 * The filters of every list of products. A product passes when one of its SKUs passes all filters on SKUs: price, stock and
 * attributes, where a SKU's options replace the product's attributes of the same name.
 */
export const filterQuery = z.strictObject({
  category: uuid().optional().meta({ description: 'The id of a category; includes all categories below it' }),
  brand: list(uuid()).meta({
    description: 'Comma-separated ids of brands; products of any of them',
    example: '01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70',
  }),
  minPrice: amount.meta({ description: 'In minor units of `currency`', example: 5_000_000 }),
  maxPrice: amount.meta({ description: 'In minor units of `currency`', example: 25_000_000 }),
  currency: currency.default('IDR'),
  inStock: queryBoolean()
    .optional()
    .meta({ type: 'boolean', description: 'Whether the SKU must be in stock, or must not', example: true }),
  attributes: list(
    text({ max: 200 }).regex(/^[^=]{1,63}=/, 'must be a `name=value` pair, such as `color=navy`'),
  ).meta({
    description:
      'Comma-separated `name=value` pairs of attributes and of SKU options. Values of the same name are alternatives; different names must all match. Escape a comma in a value as `\\,`',
    example: 'color=navy,color=black,size=M',
  }),
})

export type Filters = z.output<typeof filterQuery>

/** The products that a list is about. Repositories turn it into SQL, see repository.ts. */
export interface ProductSet {
  /** Only products that a search found: by its words, or by their code. `unwanted` are tsqueries that none of them matches. */
  found?: { tsquery: string; codeMatches: readonly string[]; unwanted: readonly string[] }
  filters: Filters
  /** Only products with a price in the currency: a list that is sorted by price. */
  isPriced: boolean
}
