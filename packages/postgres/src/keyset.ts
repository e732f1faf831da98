import { type AnyColumn, asc, desc, type SQL, sql } from 'drizzle-orm'

/**
 * Where and in which order the rows of a page are read: behind `after`, or before `before` and then in reverse, so that
 * the limit cuts on the right side.
 *
 * @param key of the list, unique, and compared as PostgreSQL compares it
 * @param order of the list itself, not of the page
 */
export function keyset(
  key: AnyColumn,
  range: { after?: string; before?: string },
  order: 'ascending' | 'descending' = 'ascending',
): { beyond: SQL | undefined; order: SQL } {
  const edge = range.before ?? range.after
  const isDescending = (order === 'descending') !== (range.before !== undefined)
  const isBeyond = isDescending ? sql`${key} < ${edge}` : sql`${key} > ${edge}`
  return {
    beyond: edge === undefined ? undefined : isBeyond,
    order: isDescending ? desc(key) : asc(key),
  }
}
