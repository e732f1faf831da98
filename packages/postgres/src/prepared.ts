import type { SQL } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import type { QueryResult, QueryResultRow } from 'pg'
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

const dialect = new PgDialect()

/**
 * Runs a statement in SQL as `db.execute` does, but PostgreSQL parses and plans it only once per connection. For a long
 * statement that runs often: parsing and planning it can take longer than running it.
 *
 * @param name unique in the app. Its statement has the same text every time
 */
export async function executePrepared<Row extends QueryResultRow>(
  db: Db | Tx,
  name: string,
  statement: SQL,
): Promise<Row[]> {
  const query = dialect.sqlToQuery(statement)
  const { rows } = await db._.session
    .prepareQuery<{ execute: QueryResult<Row>; all: unknown; values: unknown }>(query, undefined, name, false)
    .execute()
  return rows
}
