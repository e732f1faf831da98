import { serviceProblem } from '@fondasi/service'
import { minorDigits } from '../../products/money.ts'
import { editDistance } from '../../text/edit-distance.ts'
import type { Declared, ImportMode } from '../row.ts'

/** The first columns of every exported file. A dot separates an object from its key: `prices.retail-idr`. */
export const csvColumns = [
  'sku',
  'product',
  'slug',
  'title.en',
  'title.id',
  'description.en',
  'description.id',
  'brand',
  'category',
  'images',
  'rating',
  'popularity',
  'gtin',
  'modelNumbers',
  'stock',
] as const

/** How to read the cells of a column. `minor` are minor units of a currency, `money` is a decimal amount. */
type CellType =
  | { kind: 'text' | 'codes' | 'images' | 'integer' | 'decimal' | 'boolean' }
  | { kind: 'minor' | 'money'; currency: string; digits: number }
/** A column, with the path of the field that it sets. */
export type Column = CellType & { path: string }

const kinds = new Map<string, 'codes' | 'images' | 'integer' | 'decimal'>([
  ['images', 'images'],
  ['rating', 'decimal'],
  ['popularity', 'integer'],
  ['stock', 'integer'],
  ['modelNumbers', 'codes'],
])
/** The fields with an amount for each price list, and the beginning of their columns of decimal amounts. */
const amountFields = new Map([
  ['prices', 'price'],
  ['compareAtPrices', 'compareAtPrice'],
])
const attributeKinds = { text: 'text', number: 'decimal', boolean: 'boolean' } as const

/** All columns but the options, by name. */
function columnsOf({ attributes, priceLists, listOfCurrency }: Declared): Map<string, Column> {
  const price = (name: string, path: string, kind: 'minor' | 'money', currency: string) =>
    [name, { path, kind, currency, digits: minorDigits(currency) }] as const
  return new Map<string, Column>([
    ...csvColumns.map((path) => [path, { path, kind: kinds.get(path) ?? 'text' }] as const),
    ['inStock', { path: 'inStock', kind: 'boolean' }],
    ...Array.from(attributes, ([code, type]) => {
      const path = `attributes.${code}`
      return [path, { path, kind: attributeKinds[type] }] as const
    }),
    ...Array.from(amountFields).flatMap(([field, decimal]) => [
      ...Array.from(priceLists, ([list, currency]) =>
        price(`${field}.${list}`, `${field}.${list}`, 'minor', currency),
      ),
      ...Array.from(listOfCurrency, ([currency, list]) =>
        price(`${decimal}.${currency.toLowerCase()}`, `${field}.${list}`, 'money', currency),
      ),
    ]),
  ])
}

/** Makes the function that finds a column by its name. */
export function columnFinder(declared: Declared): (name: string) => Column | undefined {
  const columns = columnsOf(declared)
  return (name) =>
    /^options\.(?!__proto__$)./s.test(name)
      ? { path: name, kind: 'text' }
      : columns.get(name.replace(/(?<=^(?:price|compareAtPrice)\.).*/s, (currency) => currency.toLowerCase()))
}

/** More faults than a person reads at once. */
const maxFaults = 50
/** A name that differs in more than a third of its letters is another name. */
const maxDifference = 1 / 3

/**
 * Checks the header of a file with our own columns.
 *
 * @throws `malformed_body` that names every unknown, missing and repeated column, and the valid ones
 */
export function checkHeader(names: readonly string[], declared: Declared, mode: ImportMode): void {
  const findColumn = columnFinder(declared)
  const valid = [...columnsOf(declared).keys(), 'options.NAME']
  const paths = new Set<string>()
  const faults: { pointer: string; code: string; detail: string }[] = []
  const add = (pointer: string, code: string, detail: string) => void faults.push({ pointer, code, detail })
  for (const [at, name] of names.entries()) {
    const column = findColumn(name)
    if (!column) {
      // The response names the first faults only, so a header of 10,000 names costs no more.
      const nearest = faults.length < maxFaults ? proposal(name, valid) : ''
      add(`/header/${at}`, 'unknown_column', `${quoted(name)} is not a column${nearest}`)
    } else if (paths.has(column.path))
      add(`/header/${at}`, 'repeated_column', `${quoted(name)} sets what an earlier column sets`)
    if (column) paths.add(column.path)
  }
  const needed = mode === 'patch' ? [['sku']] : [['sku'], ['title.en', 'title.id'], ['category']]
  for (const either of needed.filter((each) => !each.some((name) => paths.has(name))))
    add('/header', 'missing_column', `${either.join(' or ')} is missing`)
  if (faults.length === 0) return
  const shown = faults.slice(0, maxFaults)
  // In groups that are short enough to read.
  const groups = Map.groupBy(valid, (name) => /^(attributes|price|compareAt)/.exec(name)?.[1] ?? '').values()
  throw serviceProblem('malformed_body', {
    detail: `The header has ${faults.length} fault(s); \`errors\` has the first ${shown.length} and the valid columns`,
    errors: [
      ...shown,
      ...[...groups].map((group) => ({
        pointer: '/header',
        code: 'valid_columns',
        detail: group.join(', '),
      })),
    ],
  })
}

export const quoted = (name: string) => JSON.stringify(name.slice(0, 64))

function proposal(name: string, valid: readonly string[]): string {
  const typed = plain(name.slice(0, 64))
  const [nearest] = valid
    .map((candidate) => ({ candidate, difference: differenceOf(typed, candidate) }))
    .filter(({ difference }) => difference <= maxDifference)
    .toSorted((a, b) => a.difference - b.difference)
  return nearest ? `; did you mean ${nearest.candidate}?` : ''
}

const plain = (text: string) => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')

/** The share of letters that differ from a name, or from its first part, such as `title`. */
function differenceOf(typed: string, candidate: string): number {
  const share = (name: string) => editDistance(typed, name) / Math.max(typed.length, name.length, 1)
  return Math.min(share(plain(candidate)), share(plain(candidate.replace(/\..*/, ''))))
}
