import { type AnyColumn, asc, desc, type SQL, sql } from 'drizzle-orm'

/**
 * The condition and the order for reading one page: the rows after `after`, or those before `before`. The latter are
 * read in reverse, so that the limit keeps the rows nearest to `before`.
 *
 * @param key unique within the list
 * @param order of the list, not of the page
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
