import { serviceProblem } from '@fondasi/service'
import { minorDigits } from '../../products/money.ts'
import { editDistance } from '../../text/edit-distance.ts'
import type { Declared, ImportMode } from '../row.ts'

/** The first columns of every exported file, and how to read their cells. A dot separates an object from its key. */
const fixedColumns = {
  sku: 'text',
  product: 'text',
  slug: 'text',
  'title.en': 'text',
  'title.id': 'text',
  'description.en': 'text',
  'description.id': 'text',
  brand: 'text',
  category: 'text',
  images: 'images',
  rating: 'decimal',
  popularity: 'integer',
  gtin: 'text',
  modelNumbers: 'codes',
  stock: 'integer',
} as const
export const csvColumns = Object.keys(fixedColumns)

const attributeKinds = { text: 'text', number: 'decimal', boolean: 'boolean' } as const
/** The fields with an amount for each price list, and the beginning of their columns of decimal amounts. */
const amountFields = { prices: 'price', compareAtPrices: 'compareAtPrice' } as const

/** A column: the path of the field that it sets, and how to read its cells. */
export type Column = { path: string } & (
  | { kind: 'text' | 'codes' | 'images' | 'integer' | 'decimal' | 'boolean' }
  /** In minor units of the currency, or decimal (`money`). `decimal` is the name of the column of decimal amounts. */
  | { kind: 'minor' | 'money'; currency: string; digits: number; decimal: string }
)

/** All columns but the options, by name. */
function columnsOf({ attributes, priceLists, listOfCurrency }: Declared): Map<string, Column> {
  const columns = new Map<string, Column>(
    Object.entries({ ...fixedColumns, inStock: 'boolean' as const }).map(([path, kind]) => [
      path,
      { path, kind },
    ]),
  )
  for (const [code, type] of attributes) {
    const path = `attributes.${code}`
    columns.set(path, { path, kind: attributeKinds[type] })
  }
  for (const [field, beginning] of Object.entries(amountFields)) {
    const amount = (list: string, currency: string) => ({
      path: `${field}.${list}`,
      currency,
      digits: minorDigits(currency),
      decimal: `${beginning}.${currency.toLowerCase()}`,
    })
    for (const [list, currency] of priceLists)
      columns.set(`${field}.${list}`, { ...amount(list, currency), kind: 'minor' })
    for (const [currency, list] of listOfCurrency) {
      const column = amount(list, currency)
      columns.set(column.decimal, { ...column, kind: 'money' })
    }
  }
  return columns
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
