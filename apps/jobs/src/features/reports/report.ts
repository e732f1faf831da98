import { z } from 'zod'

/** The payload of `report.create`. */
export const reportPayload = z.strictObject({
  format: z.enum(['csv', 'pdf']),
  /** `jobs` is the ledger of the tenant, `products` the export of catalog. */
  source: z.enum(['jobs', 'products']),
})

export type Cell = string | number | null
export type Rows = AsyncIterable<readonly Cell[]>

export interface Table {
  title: string
  /** `share` is the share of the width of a page, relative to the other columns. */
  columns: readonly { name: string; share: number }[]
}

/** A table to report, with its rows. */
export interface Source extends Table {
  /**
   * @param after the key of the last row that the report has already
   * @returns batches of rows, each with the key of its last row if the source can resume there
   */
  batches(after: string | undefined): AsyncGenerator<{ rows: Cell[][]; after: string | undefined }>
}
