import type { Db, Tx } from './db.ts'

/**
 * For queries that run on every request: built once per database, not once per call. Drizzle takes longer to write
 * such a statement than PostgreSQL takes to answer it; a statement with a name is also parsed there only once per
 * connection. In a transaction it is built anew, since it belongs to that transaction's connection.
 *
 * @param build ends in `.prepare(name)`; the name is the statement's own in the whole app
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
