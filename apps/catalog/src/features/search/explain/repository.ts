import { type Db, type Tx, withTransaction } from '@fondasi/postgres'
import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'

/** An explanation must not cost more than what it explains: PostgreSQL cancels a statement that takes longer. */
const explainTimeoutMs = 2_000

/** Runs `work` in a transaction that can change nothing and takes no longer than two seconds per statement. */
export function readOnly<Result>(db: Db, work: (tx: Tx) => Promise<Result>): Promise<Result> {
  return withTransaction(db, async (tx) => {
    await tx.execute(sql`set transaction read only`)
    await tx.execute(sql`select set_config('statement_timeout', ${String(explainTimeoutMs)}, true)`)
    return work(tx)
  })
}

/** A statement as it was sent: $1 is the first of its parameters. */
export interface Statement {
  text: string
  parameters: unknown[]
}

/** The same database, and a list of the statements that were sent to it. */
export function watch({ $client: client }: Db): { watched: Db; sent: Statement[] } {
  const sent: Statement[] = []
  const logger = { logQuery: (text: string, parameters: unknown[]) => void sent.push({ text, parameters }) }
  return { watched: drizzle({ client, logger }), sent }
}

/** Runs a statement once more, and returns PostgreSQL's plan of it. */
export async function explain(tx: Tx, { text, parameters }: Statement) {
  const pieces = text.split(/\$(\d+)/)
  const statement = pieces.map((piece, index) =>
    index % 2 === 0 ? sql.raw(piece) : sql`${sql.param(parameters[Number(piece) - 1])}`,
  )
  const { rows } = await tx.execute<{
    'QUERY PLAN': [{ Plan: Record<string, unknown>; 'Execution Time': number }]
  }>(sql`explain (analyze, buffers, format json) ${sql.join(statement)}`)
  const { Plan: plan = {}, 'Execution Time': milliseconds = 0 } = rows[0]?.['QUERY PLAN'][0] ?? {}
  const buffers = Number(plan['Shared Hit Blocks']) + Number(plan['Shared Read Blocks'])
  return { sql: text.trim(), parameters, plan, buffers, milliseconds }
}
