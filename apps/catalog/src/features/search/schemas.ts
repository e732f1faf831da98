import { pageOfItems, text, uuid } from '@fondasi/service'
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
      'Words, "exact phrases", -excluded words, this OR that; a SKU, GTIN or model number in any written form',
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
  corrections: z.record(z.string(), z.array(z.string())).meta({
    description: 'Words that no product has, each with the words that were searched in addition',
    example: { kemaja: ['kemeja'] },
  }),
  facets: facets.optional(),
})

const cost = {
  buffers: z.int().meta({ description: 'Pages of 8 kB that PostgreSQL read', example: 398 }),
  milliseconds: z.number().meta({ example: 3.2 }),
}

export const explanation = z.object({
  words: z.array(
    z.object({
      text: z.string().meta({ example: 'kemeja' }),
      exact: z.array(z.string()).meta({ description: 'tsqueries of the typed word', example: ["'kemeja'"] }),
      near: z.array(z.string()).meta({
        description: 'Stems, synonyms, completions and corrections, which score less',
        example: ["'id:meja'"],
      }),
      corrections: z.array(z.string()).meta({ example: [] }),
      products: z
        .int()
        .meta({ description: 'Upper bound of the products that have it, by the vocabulary', example: 412 }),
    }),
  ),
  strategy: z.object({
    match: z.enum(['all', 'any']),
    branches: z
      .array(z.object({ tier: z.int(), index: z.string(), tsquery: z.string() }))
      .meta({ example: [{ tier: 2, index: 'product_search_text', tsquery: "'kemeja'" }] }),
    codeMatches: z.array(uuid()),
    products: z.int().meta({ example: 412 }),
  }),
  statements: z
    .array(
      z.object({
        sql: z.string().meta({ example: 'select count(*) from product_search where text @@ $1' }),
        parameters: z.array(z.unknown()).meta({ example: ["'kemeja'"] }),
        plan: z.record(z.string(), z.unknown()).meta({ description: 'EXPLAIN (ANALYZE, BUFFERS)' }),
        ...cost,
      }),
    )
    .meta({ description: 'The statements that find and count the products, in order' }),
  ...cost,
  scores: z
    .array(
      z.object({
        id: uuid(),
        coverage: z
          .int()
          .meta({ description: 'Number of words found in title or brand; a code counts as 100', example: 2 }),
        score: z.number().meta({ example: 1.9 }),
        parts: z
          .array(z.number())
          .meta({ description: 'Score of each word, before title length and popularity', example: [1, 0.9] }),
      }),
    )
    .meta({ description: 'Of the first ten products; empty unless they are sorted by relevance' }),
})
