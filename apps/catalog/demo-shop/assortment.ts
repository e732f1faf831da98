import { z } from 'zod'
import json from './assortment.json' with { type: 'json' }

/** A word in both languages, written `cotton=katun`, or once when it is the same. */
export type Word = readonly [en: string, id: string]

const word = z.string().transform((text): Word => {
  const [en = '', id = en] = text.split('=')
  return [en, id]
})
const words = z
  .string()
  .transform((text) => text.split(', '))
  .pipe(z.array(word))
const list = z.string().transform((text) => text.split(' '))

const kind = z.object({
  name: word,
  /** The lowest and the highest price, in rupiah. */
  price: z.tuple([z.number(), z.number()]),
  materials: words.optional(),
  /** Adjectives: before the kind in English, after it in Indonesian. */
  qualities: words,
  /** An attribute whose value is in the title, such as storage. */
  spec: z.object({ code: z.string(), values: z.array(z.number()), unit: z.string() }).optional(),
})
export type Kind = z.output<typeof kind>

/** What the shop sells, and the words in the names of its products. */
export const assortment = z
  .object({
    brands: list,
    series: list,
    colors: words,
    attributes: z.array(
      z.object({
        code: z.string(),
        type: z.enum(['text', 'number']),
        name: word,
        unit: z.string().nullable(),
      }),
    ),
    /** The words that customers use, and those on the labels. */
    synonyms: z.record(z.string(), z.array(z.string())),
    departments: z.array(
      z.object({
        slug: z.string(),
        name: word,
        shelves: z.array(z.object({ slug: z.string(), name: word, kinds: z.array(kind) })),
      }),
    ),
  })
  .parse(json)
