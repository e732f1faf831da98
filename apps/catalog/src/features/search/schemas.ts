import { pageOfItems, text } from '@fondasi/service'
import { z } from 'zod'
import { facets, total } from '../facets/schemas.ts'
import { filterQuery } from '../filters/schemas.ts'
import { pageQuery, sortDescription, sorts } from '../listing/schemas.ts'
import { listedProduct } from '../products/schemas.ts'

const q = text({ min: 1, max: 500 })
  // Spaces in a row say nothing; one behind the last word says that it is whole.
  .transform((query) => query.normalize('NFC').replaceAll(/\s+/g, ' '))
  .meta({
    description:
      'Words, "exact phrases", -without, this OR that; SKU, GTIN or model number in any written form',
    example: 'kemeja katun -putih',
  })

export const searchQuery = filterQuery.extend(pageQuery.shape).extend({
  q,
  sort: z
    .enum(['relevance', ...sorts])
    .default('relevance')
    .meta({ description: sortDescription }),
})

export type SearchQuery = z.output<typeof searchQuery>

const fragments = z.array(z.object({ text: z.string(), isMatch: z.boolean() })).meta({
  example: [
    { text: 'Kemeja', isMatch: true },
    { text: ' katun', isMatch: false },
  ],
})

export const searchPage = pageOfItems(
  listedProduct.extend({ highlight: z.object({ en: fragments, id: fragments }) }),
).extend({
  total,
  corrections: z
    .record(z.string(), z.array(z.string()))
    .meta({ description: 'Words that nothing has, and what was looked for beside them' }),
  facets: facets.optional(),
})

const cost = {
  buffers: z.int().meta({ description: 'Pages of 8 kB that PostgreSQL looked at', example: 398 }),
  milliseconds: z.number(),
}

export const explanation = z.object({
  words: z.array(
    z.object({
      text: z.string(),
      exact: z.array(z.string()).meta({ description: 'tsqueries of what was typed', example: ["'kemeja'"] }),
      near: z.array(z.string()).meta({
        description: 'Stems, synonyms, rests of a word, corrections: worth less',
        example: ["'id:meja'"],
      }),
      corrections: z.array(z.string()),
      products: z.int().meta({ description: 'At most so many have it, by the vocabulary' }),
    }),
  ),
  strategy: z.object({
    match: z.enum(['all', 'any']),
    branches: z.array(z.object({ tier: z.int(), index: z.string(), tsquery: z.string() })),
    codeMatches: z.array(z.uuid()),
    products: z.int(),
  }),
  statements: z
    .array(
      z.object({
        sql: z.string(),
        parameters: z.array(z.unknown()),
        plan: z.record(z.string(), z.unknown()).meta({ description: 'EXPLAIN (ANALYZE, BUFFERS)' }),
        ...cost,
      }),
    )
    .meta({ description: 'What finds and counts the products, in this order' }),
  ...cost,
  scores: z
    .array(
      z.object({
        id: z.uuid(),
        coverage: z.int().meta({ description: 'Words in title or brand; a code counts as a hundred' }),
        score: z.number(),
        parts: z.array(z.number()).meta({ description: 'Of each word, before title length and popularity' }),
      }),
    )
    .meta({ description: 'Of the first ten, when they are sorted by relevance' }),
})
