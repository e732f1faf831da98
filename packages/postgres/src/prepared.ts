import type { Db, Tx } from './db.ts'

/**
 * For queries that run on every request: builds the query once per database instead of once per call. Drizzle takes
 * longer to build such a statement than PostgreSQL takes to run it, and PostgreSQL parses a named statement only once
 * per connection. Each transaction builds it again, because the statement belongs to the transaction's connection.
 *
 * @param build ends in `.prepare(name)`; the name is unique in the app
 */
export function prepareOnce<Query>(build: (db: Db | Tx) => Query): (db: Db | Tx) => Query {
  const queries = new WeakMap<Db | Tx, Query>()
  return (db) => {
    const known = queries.get(db)
    if (known !== undefined) return known
    const query = build(db)
    queries.set(db, query)
    return query
  }
}
