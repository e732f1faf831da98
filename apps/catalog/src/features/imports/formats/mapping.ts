import { plainText } from '../../products/plain-text.ts'
import type { Cell } from '../csv/cells.ts'
import type { Refusal } from '../csv/read.ts'

/** The cells of a row by the names of their columns, as `columnName` writes them. Columns that the file lacks are absent. */
export type Row = Pick<ReadonlyMap<string, string>, 'get' | 'has'>

/** How a file of another system becomes rows of ours. Columns that it does not read are ignored. */
export interface Mapping {
  /** Columns that the file must have, each under one of its names. */
  required: readonly (readonly string[])[]
  /** Whether the file has no currency, so that the request must name it. */
  needsCurrency: boolean
  /**
   * Makes the function that maps one row after the other; it may remember earlier ones. It returns the cells of a SKU, why
   * the row cannot be imported, or undefined for a row that is not about a SKU.
   */
  start: (currency: string) => (row: Row) => Cell[] | Refusal | undefined
}

/** A name without case; `image_link` and `image link` are one. */
export const columnName = (name: string) => name.toLowerCase().replaceAll('_', ' ')

/** A cell for our column, from the first of these columns of the file that has a text. */
export function cell(
  ours: string,
  row: Row,
  names: readonly string[],
  change: (text: string) => string = (text) => text,
): Cell {
  const theirs = names.find((name) => row.get(name)) ?? names.find((name) => row.has(name)) ?? names[0] ?? ''
  const text = row.get(theirs)?.trim()
  return [ours, theirs, text === undefined ? undefined : change(text)]
}

export function refuse(row: Row, column: string, sku: string | undefined, detail: string): Refusal {
  return { sku, column, value: row.get(column) ?? '', detail }
}

export const unpublished =
  'is not published in its shop, but this catalog shows every product: the row was left out'

/** Other systems count what is oversold below zero. */
export const withoutDebt = (stock: string) => stock.replace(/^-\d+$/, '0')

/** `Apparel > Men's Shirts` as a path of ours: `apparel/mens-shirts`. */
export function categoryPath(names: string): string {
  return plainText(names)
    .split('>')
    .map(slug)
    .filter((part) => part !== '')
    .join('/')
}

/** The deepest of several categories: `Sale, Clothing, Clothing > Hoodies` is in `clothing/hoodies`. */
export function deepestPath(names: string): string {
  const paths = names.split(/(?<!\\),/).map(categoryPath)
  const depthOf = (path: string) => path.split('/').length
  return paths.toSorted((a, b) => depthOf(b) - depthOf(a))[0] ?? ''
}

/** Other systems name options as people read them: `Size`. A shop has one spelling, so that a filter finds all of them. */
export const optionColumn = (name: string) => `options.${plainText(name).toLowerCase()}`

function slug(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/['’\p{M}]/gu, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
}
