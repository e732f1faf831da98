export type Cell = string | number | null

/** A column, and its share of the width of a page relative to the others. */
export interface Column {
  name: string
  share: number
}

/** A table to report. */
export interface Source {
  title: string
  columns: readonly Column[]
  /**
   * @param after the key of the last row that the report has already
   * @returns batches of rows, each with the key of its last row if the source can resume there
   */
  batches(after: string | undefined): AsyncGenerator<{ rows: Cell[][]; after: string | undefined }>
}
