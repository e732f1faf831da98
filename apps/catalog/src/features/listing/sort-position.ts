/** A row of a sorted list: everything that decides its place. */
export interface SortedRow {
  id: string
  /** The value of the sort key, as PostgreSQL writes it. */
  key: string
}

/** What a cursor stores about a row. */
export function positionKey({ id, key }: SortedRow): string {
  return `${id} ${key}`
}

/** The cursor's signature proves that we wrote it. */
export function readPosition(position: string | undefined): SortedRow | undefined {
  if (position === undefined) return undefined
  const idLength = position.indexOf(' ')
  return { id: position.slice(0, idLength), key: position.slice(idLength + 1) }
}
