import { pageOfItems, text, uuid } from '@fondasi/service'
import { z } from 'zod'
import { facets, total } from '../facets/schemas.ts'
import { filterQuery } from '../filters/schemas.ts'
import { pageQuery, sortDescription, sorts } from '../listing/schemas.ts'
import { listedProduct } from '../products/schemas.ts'

export const q = text({ min: 1, max: 500 })
  // Several spaces are one. A space after the last word means that the word is finished.
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

const foundProduct = listedProduct.extend({
  highlight: z
    .object({ en: fragments, id: fragments })
    .meta({ description: 'The title, cut where matches begin and end' }),
  snippet: z.object({ en: fragments.optional(), id: fragments.optional() }).meta({
    description:
      'The part of the description around the first matches, at most 160 characters. A language is absent when nothing in its description matches',
  }),
  isPartialMatch: z.boolean().meta({
    description:
      'Whether it has only some of the words. Such products follow when fewer than 20 have all of them. They are not in `total`, in the facets, or in a list that is sorted',
    example: false,
  }),
})

export const searchPage = pageOfItems(foundProduct).extend({
  total,
  corrections: z.record(z.string(), z.array(z.string())).meta({
    description: 'Words that no product has, each with the words that were searched instead',
    example: { kemaja: ['kemeja'] },
  }),
  unknownWords: z
    .array(z.string())
    .meta({ description: 'Words that no product has, and nothing is like them', example: ['arabika'] }),
  ignoredWords: z.array(z.string()).meta({
    description: 'Words that say nothing about a product, such as `the` and `cheap`: they were not searched',
    example: ['murah'],
  }),
  facets: facets.optional(),
})
export type SearchPage = z.output<typeof searchPage>

const cost = {
  buffers: z.int().meta({ description: 'Pages of 8 kB that PostgreSQL read', example: 398 }),
  milliseconds: z.number().meta({ example: 3.2 }),
}

const step = (description: string, example: Record<string, unknown>) =>
  z.looseObject({}).meta({ description, example })

export const explanation = z.object({
  parsed: step('Words, phrases and exclusions of the text', {
    wanted: [[{ text: 'kemeja', isPhrase: false }]],
    unwanted: [],
    isOpenEnded: true,
  }),
  understood: step(
    'What matches each word and what each match is worth; how many products have it, at most; products whose code is in the query',
    {
      words: [{ text: 'kemeja', parts: [{ factor: 1, tsqueries: ["'kemeja'"] }], frequency: 146 }],
      ignored: [],
      codeMatches: [],
    },
  ),
  plan: step('The tsquery of what is found, and the parts in which it is ranked', {
    found: { tsquery: "('kemeja')", codeMatches: [], unwanted: [] },
    segments: [{ match: 'all', tier: 'every' }],
    expected: 146,
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
    .meta({ description: 'The statements of all steps, in the order in which they were sent' }),
  ...cost,
  scores: z
    .array(
      z.object({
        id: uuid(),
        coverage: z.int().meta({
          description:
            'Number of words that the product has. A code counts as 100; in a partial match, a word in the name of the category counts twice',
          example: 2,
        }),
        score: z.number().meta({ example: 1.9 }),
        parts: z.array(z.number()).meta({
          description: 'Score of each word, before neighbours, title length and popularity',
          example: [1, 0.9],
        }),
      }),
    )
    .meta({ description: 'Of the first ten products of the page, if it is ranked' }),
})
