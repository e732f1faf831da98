import type { AuthInstance } from './auth-service.ts'

/**
 * Waits until the database's clock shows another millisecond. A revocation covers the tokens of its own millisecond, so a
 * token that must survive has to be issued later.
 */
export async function nextMillisecond({ deps }: AuthInstance): Promise<void> {
  await deps.pool.query('select pg_sleep(0.002)')
}
