import { Client } from 'pg'
import type { AuthBackend } from './auth-service.ts'

/** Runs SQL as the database's administrator: for what a test must see or break, and the runtime role may not. */
export async function asAdministrator<Row extends object>(
  { database }: AuthBackend,
  sql: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new Client({ connectionString: database.adminUrl, application_name: 'test' })
  await client.connect()
  try {
    return (await client.query<Row>(sql, values)).rows
  } finally {
    await client.end()
  }
}

/** Takes a privilege from the service's own role while `run` runs: `withoutPrivilege(backend, 'select on users', …)`. */
export async function withoutPrivilege<Result>(
  backend: AuthBackend,
  privilege: string,
  run: () => Promise<Result>,
): Promise<Result> {
  const role = new URL(backend.database.url).username
  await asAdministrator(backend, `revoke ${privilege} from ${role}`)
  try {
    return await run()
  } finally {
    await asAdministrator(backend, `grant ${privilege} to ${role}`)
  }
}
