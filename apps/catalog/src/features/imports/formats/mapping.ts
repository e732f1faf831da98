/** The cells of a row by the names of their columns, as `columnName` writes them. Columns that the file lacks are absent. */
export type Row = ReadonlyMap<string, string>

/** A cell for one of our columns, and the column of the file that it comes from. */
export type MappedCell = readonly [ours: string, theirs: string, text: string | undefined]

/** The cells of a SKU, why the row cannot be imported, or undefined for a row that is not about a SKU. */
export type MappedRow = MappedCell[] | Refusal | undefined
export interface Refusal {
  sku: string | undefined
  column: string
  value: string
  detail: string
}

/** How a file of another system becomes rows of ours. Columns that it does not name are ignored. */
export interface Mapping {
  /** Columns that the file must have, each under one of its names. */
  required: readonly (readonly string[])[]
  /** Whether the file has no currency, so that the request must name it. */
  needsCurrency: boolean
  /** Makes the function that maps one row after the other; it may remember earlier ones. */
  start: (currency: string) => (row: Row) => MappedRow
}

/** A name without case; `image_link` and `image link` are one. */
export const columnName = (name: string) => name.toLowerCase().replaceAll('_', ' ')

/** The first of these columns that the file has, and its text. */
export function cellOf(row: Row, ...names: string[]): { name: string; text: string | undefined } {
  const name = names.find((each) => row.has(each)) ?? names[0] ?? ''
  return { name, text: row.get(name)?.trim() }
}

export function refuse(row: Row, column: string, sku: string | undefined, detail: string): Refusal {
  return { sku, column, value: row.get(column) ?? '', detail }
}

export const unpublished =
  'is not published in its shop, but this catalog shows every product: the row was left out'

/** `Apparel > Men's Shirts, Sale` as a path of ours: `apparel/mens-shirts`. Only the first category counts. */
export function categoryPath(names: string | undefined): string | undefined {
  return names
    ?.split(/(?<!\\),/, 1)[0]
    ?.split('>')
    .map(slug)
    .filter((part) => part !== '')
    .join('/')
}

function slug(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/['’\p{M}]/gu, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
}
