import { text, uuid } from '@fondasi/service'
import { z } from 'zod'
import { currency } from '../products/money.ts'

/** More would be a list that no person ticked. */
const maxChoices = 50

const list = <Item extends z.ZodType<string, string>>(item: Item) =>
  z
    .string()
    .max(4_000)
    .transform((value) => value.split(/(?<!\\),/).map((choice) => choice.replaceAll('\\,', ',')))
    .pipe(z.array(item).min(1).max(maxChoices))
    // The same choice is the same list, in whatever order it was ticked.
    .transform((choices) => [...new Set(choices)].toSorted())
    .optional()

/** Digits only: an empty field of a form is no price of 0. */
const amount = z
  .preprocess(
    (typed) => (typeof typed === 'string' && /^\d+$/.test(typed) ? Number(typed) : typed),
    z.int().min(0),
  )
  .optional()

/** The filters of every list of products. */
export const filterQuery = z.strictObject({
  category: uuid().optional().meta({ description: 'The id of a category; includes all categories below it' }),
  brand: list(uuid()).meta({
    description: 'Comma-separated ids of brands; products of any of them',
    example: '01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70',
  }),
  minPrice: amount.meta({ description: 'In minor units of `currency`', example: 5_000_000 }),
  maxPrice: amount.meta({ description: 'In minor units of `currency`', example: 25_000_000 }),
  currency: currency.default('IDR'),
  inStock: z
    .stringbool()
    .optional()
    .meta({ description: '`true`: only products in stock; `false`: only others', example: 'true' }),
  attributes: list(text({ max: 200 }).regex(/^[a-z][a-z0-9_]{0,62}=/)).meta({
    description:
      'Comma-separated `code=value` pairs. Values of the same attribute are alternatives; different attributes must all match. Escape a comma in a value as `\\,`',
    example: 'color=navy,color=black,material=cotton',
  }),
})

export type Filters = z.output<typeof filterQuery>
