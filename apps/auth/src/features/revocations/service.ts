import type { Revocation, RevocationList, RevocationPage } from '@fondasi/access'
import type { Db, Tx } from '@fondasi/postgres'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import type { Config } from '../../config.ts'
import * as repository from './repository.ts'

/** The Redis channel that every process that verifies tokens subscribes to. ioredis does not prefix channels. */
export const revocationChannel = (redisPrefix: string) => `${redisPrefix}revocations`

/** Added to the token's lifetime, since the clock of a verifying process may be slow. */
const marginMs = 60_000

export type Revocations = ReturnType<typeof createRevocations>

/** Revokes access tokens. The row in PostgreSQL is the truth; the message over Redis makes it take effect at once. */
export function createRevocations(deps: {
  db: Db
  redis: Redis
  log: Logger
  clock: () => Date
  list: RevocationList
  config: Pick<Config, 'ACCESS_TOKEN_SECONDS' | 'REDIS_PREFIX'>
}) {
  const { db, redis, log, clock, list } = deps
  const expiryOf = (now: Date) => now.getTime() + deps.config.ACCESS_TOKEN_SECONDS * 1000 + marginMs

  return {
    ofSession: (sessionId: string, now: Date): Revocation => ({
      kind: 'session',
      sessionId,
      expiresAtMs: expiryOf(now),
    }),
    /** Every token issued to a user or service account up to now. */
    ofSubject: (subjectId: string, now: Date): Revocation => ({
      kind: 'subject',
      subjectId,
      notBeforeMs: now.getTime(),
      expiresAtMs: expiryOf(now),
    }),
    /** Every token signed with a key, past and future: whoever stole the key can sign more. */
    ofKey: (kid: string, now: Date): Revocation => ({ kind: 'key', kid, expiresAtMs: expiryOf(now) }),
    /** Call it in the transaction of the change. */
    record: (tx: Db | Tx, entries: Revocation[]) => repository.insertRevocations(tx, entries),
    /** Call it after the commit. If the message is lost, each process finds the row at its next poll. */
    async announce(entries: Revocation[]): Promise<void> {
      if (entries.length === 0) return
      for (const entry of entries) list.add(entry)
      await redis
        .publish(revocationChannel(deps.config.REDIS_PREFIX), JSON.stringify(entries))
        .catch((error: unknown) =>
          log.warn(
            { err: error },
            'could not push revocations; other processes find them at their next poll',
          ),
        )
    },
    read: (after: string | undefined): Promise<RevocationPage> =>
      repository.readRevocations(db, after ?? '0:0', clock()),
  }
}
