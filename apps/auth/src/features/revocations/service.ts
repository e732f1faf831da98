import type { Revocation, RevocationList, RevocationPage } from '@fondasi/access'
import type { Db, Tx } from '@fondasi/postgres'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import type { Config } from '../../config.ts'
import * as repository from './repository.ts'

/** Where pushes go; every process of the kit that verifies tokens listens. ioredis puts no prefix before channels. */
export const revocationChannel = (redisPrefix: string) => `${redisPrefix}revocations`

/** Added to a token's lifetime: the clock of who verifies may be that far behind. */
const marginMs = 60_000

export type Revocations = ReturnType<typeof createRevocations>

/** Takes access tokens back: the row in Postgres is the truth, the push over Redis makes it felt at once. */
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
    /** All that a user or service account was given until now. */
    ofSubject: (subjectId: string, now: Date): Revocation => ({
      kind: 'subject',
      subjectId,
      notBeforeMs: now.getTime(),
      expiresAtMs: expiryOf(now),
    }),
    /** In the transaction of the change. */
    record: (tx: Db | Tx, entries: Revocation[]) => repository.insertRevocations(tx, entries),
    /** After the commit. A push that is lost is made up for by the poll of each process. */
    async announce(entries: Revocation[]): Promise<void> {
      if (entries.length === 0) return
      for (const entry of entries) list.add(entry)
      await redis
        .publish(revocationChannel(deps.config.REDIS_PREFIX), JSON.stringify(entries))
        .catch((error: unknown) => log.warn({ err: error }, 'revocations were not pushed'))
    },
    read: (after: string | undefined): Promise<RevocationPage> =>
      repository.readRevocations(db, after ?? '0:0', clock()),
  }
}
