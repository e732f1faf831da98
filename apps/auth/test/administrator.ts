import { Client } from 'pg'
import type { AuthBackend } from './auth-service.ts'

/** Runs SQL as the database's administrator, for what the runtime role is not allowed to see or change. */
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

/** Revokes a privilege from the runtime role while `run` runs: `withoutPrivilege(backend, 'select on users', …)`. */
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
