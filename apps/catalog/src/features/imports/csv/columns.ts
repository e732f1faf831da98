import { serviceProblem } from '@fondasi/service'
import { minorDigits } from '../../products/money.ts'
import { editDistance } from '../../search/spelling.ts'
import type { Declared, ImportMode } from '../row.ts'

/** The first columns of every exported file. A dot separates an object from its key: `prices.retail-idr`. */
export const csvColumns = [
  'sku',
  'product',
  'title.en',
  'title.id',
  'description.en',
  'description.id',
  'brand',
  'category',
  'rating',
  'popularity',
  'gtin',
  'modelNumbers',
  'stock',
] as const

/** How to read the cells of a column. `minor` are minor units of a currency, `money` is a decimal amount. */
type CellType =
  | { kind: 'text' | 'codes' | 'integer' | 'decimal' | 'boolean' }
  | { kind: 'minor' | 'money'; currency: string; digits: number }
export type Column = CellType & {
  field: string
  /** In an object such as `title` or `prices`. */
  key?: string
}

const kinds = new Map<string, 'codes' | 'integer' | 'decimal'>([
  ['rating', 'decimal'],
  ['popularity', 'integer'],
  ['stock', 'integer'],
  ['modelNumbers', 'codes'],
])
const attributeKinds = { text: 'text', number: 'decimal', boolean: 'boolean' } as const

/** @returns what the column of this name holds, or undefined when there is no such column */
export function findColumn(name: string, declared: Declared): Column | undefined {
  const at = name.indexOf('.')
  const [field, key] = at === -1 ? [name] : [name.slice(0, at), name.slice(at + 1)]
  if (key === undefined || field === 'title' || field === 'description') {
    const isKnown = csvColumns.some((column) => column === name)
    return isKnown
      ? { field, ...(key === undefined ? {} : { key }), kind: kinds.get(field) ?? 'text' }
      : undefined
  }
  if (field === 'options' && key !== '' && key !== '__proto__') return { field, key, kind: 'text' }
  if (field === 'attributes') {
    const type = declared.attributes.get(key)
    return type && { field, key, kind: attributeKinds[type] }
  }
  const currency = field === 'price' ? key.toUpperCase() : declared.priceLists.get(key)
  const list = field === 'price' ? declared.listOfCurrency.get(key.toUpperCase()) : key
  if ((field !== 'price' && field !== 'prices') || currency === undefined || list === undefined)
    return undefined
  const kind = field === 'price' ? 'money' : 'minor'
  return { field: 'prices', key: list, kind, currency, digits: minorDigits(currency) }
}

/** More faults than a person reads at once. */
const maxFaults = 50
/** A name that differs in more than a third of its letters is another name. */
const maxDifference = 1 / 3

/**
 * The columns of a header, by their names. Names lose the spaces around them, and empty columns at the end are ignored.
 *
 * @throws `malformed_body` that names every unknown, missing and repeated column, and the valid ones
 */
export function readHeader(
  header: readonly string[],
  declared: Declared,
  mode: ImportMode,
): Map<string, Column> {
  const names = trimHeader(header)
  const valid = validNames(declared)
  const columns = new Map<string, Column>()
  const targets = new Set<string>()
  const faults: { at: string; code: string; detail: string }[] = []
  for (const [at, name] of names.entries()) {
    const column = findColumn(name, declared)
    const target = `${column?.field}.${column?.key ?? ''}`
    if (!column) {
      // The response names the first faults only, so a header of 10,000 names costs no more.
      const nearest = faults.length < maxFaults ? proposal(name, valid.flat()) : ''
      const detail = `${quoted(name)} is not a column${nearest}`
      faults.push({ at: `/${at}`, code: 'unknown_column', detail })
    } else if (targets.has(target)) {
      const detail = `${quoted(name)} sets what an earlier column sets`
      faults.push({ at: `/${at}`, code: 'repeated_column', detail })
    } else columns.set(name, column)
    targets.add(target)
  }
  const needed = mode === 'patch' ? [['sku']] : [['sku'], ['title.en', 'title.id'], ['category']]
  for (const either of needed.filter((each) => !each.some((name) => columns.has(name))))
    faults.push({ at: '', code: 'missing_column', detail: `${either.join(' or ')} is missing` })
  if (faults.length > 0) {
    const shownFaults = faults.slice(0, maxFaults)
    const groups = valid.map((group) => ({ at: '', code: 'valid_columns', detail: group.join(', ') }))
    throw serviceProblem('malformed_body', {
      detail: `The header has ${faults.length} fault(s); \`errors\` has the first ${shownFaults.length} and the valid columns`,
      errors: [...shownFaults, ...groups].map(({ at, ...error }) => ({ pointer: `/header${at}`, ...error })),
    })
  }
  return columns
}

export function trimHeader(header: readonly string[]): string[] {
  const names = header.map((name) => name.trim())
  return names.slice(0, names.findLastIndex((name) => name !== '') + 1)
}

export const quoted = (name: string) => JSON.stringify(name.slice(0, 64))

/** In groups that are short enough to read. */
function validNames({ attributes, priceLists, listOfCurrency }: Declared): string[][] {
  return [
    [...csvColumns, 'options.NAME'],
    [...attributes.keys()].map((code) => `attributes.${code}`),
    [
      ...[...priceLists.keys()].map((code) => `prices.${code}`),
      ...[...listOfCurrency.keys()].map((currency) => `price.${currency.toLowerCase()}`),
    ],
  ]
}

function proposal(name: string, valid: readonly string[]): string {
  const typed = plain(name.slice(0, 64))
  const ranked = valid
    .map((candidate) => ({ candidate, difference: differenceOf(typed, candidate) }))
    .toSorted((a, b) => a.difference - b.difference)
  const [nearest] = ranked
  return nearest && nearest.difference <= maxDifference ? `; did you mean ${nearest.candidate}?` : ''
}

const plain = (text: string) => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')

/** The share of letters that differ from a name, or from its first part, such as `title`. */
function differenceOf(typed: string, candidate: string): number {
  const share = (name: string) => editDistance(typed, name) / Math.max(typed.length, name.length, 1)
  return Math.min(share(plain(candidate)), share(plain(candidate.replace(/\..*/, ''))))
}
