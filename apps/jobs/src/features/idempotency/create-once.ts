import { type Db, runIdempotently, type Tx, withTransaction } from '@fondasi/postgres'
import { z } from 'zod'
import { problem } from '../../errors.ts'

const storedIds = z.array(z.uuid())

/**
 * Creates resources in a transaction. With an idempotency key it does so only once for each scope and key.
 *
 * @param once.scope the tenant, the route, and what else separates the keys of two clients
 * @param once.request what must be equal for the same key, as JSON
 * @param create returns the ids of the new resources
 * @returns the ids that the first request returned. Read the resources by them, so that a client sees their present state
 * @throws `idempotency_key_reused`, `idempotency_key_running`, and what `create` throws
 */
export async function createOnce(
  db: Db,
  once: { scope: string; key: string | undefined; request: unknown; now: Date },
  create: (tx: Tx) => Promise<string[]>,
): Promise<{ ids: string[]; replayed: boolean }> {
  const { key, ...rest } = once
  if (key === undefined) return { ids: await withTransaction(db, create), replayed: false }
  const outcome = await runIdempotently(db, { ...rest, key }, create)
  switch (outcome.kind) {
    case 'done':
      return { ids: storedIds.parse(outcome.answer), replayed: outcome.replayed }
    case 'reused':
      throw problem('idempotency_key_reused')
    case 'running':
      throw problem('idempotency_key_running', { headers: { 'retry-after': '1' } })
  }
}
