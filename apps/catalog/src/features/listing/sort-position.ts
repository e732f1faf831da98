/** A row of a sorted list: all that its place follows from. */
export interface SortedRow {
  id: string
  /** The value that is sorted by, as PostgreSQL writes it. */
  key: string
}

/** What a cursor remembers of a row. */
export function positionKey({ id, key }: SortedRow): string {
  return `${id} ${key}`
}

/** The cursor's signature vouches for the shape. */
export function readPosition(position: string | undefined): SortedRow | undefined {
  if (position === undefined) return undefined
  const idLength = position.indexOf(' ')
  return { id: position.slice(0, idLength), key: position.slice(idLength + 1) }
}
