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

/** Revocations in one message: about 100 kB, so that no message holds Redis or a subscriber up. */
const announcedAtOnce = 1_000

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
  const expiry = () => clock().getTime() + deps.config.ACCESS_TOKEN_SECONDS * 1000 + marginMs

  return {
    ofSession: (sessionId: string): Revocation => ({
      kind: 'session',
      sessionId,
      expiresAtMs: expiry(),
    }),
    /**
     * Revokes every token that a user or service account got up to a time.
     *
     * @param upTo by the database's clock, as the issue time in the token's id is (ADR 34)
     */
    ofSubject: (subjectId: string, upTo: Date): Revocation => ({
      kind: 'subject',
      subjectId,
      notBeforeMs: upTo.getTime(),
      expiresAtMs: expiry(),
    }),
    /** Revokes every token signed with a key, past and future: a thief of the key can sign more. */
    ofKey: (kid: string): Revocation => ({ kind: 'key', kid, expiresAtMs: expiry() }),
    /** Call it in the transaction of the change. */
    record: (tx: Db | Tx, entries: Revocation[]) => repository.insertRevocations(tx, entries),
    /** Call it after the commit. If a message is lost, each process finds the rows at its next poll. */
    async announce(entries: Revocation[]): Promise<void> {
      for (const entry of entries) list.add(entry)
      try {
        for (let start = 0; start < entries.length; start += announcedAtOnce) {
          const batch = entries.slice(start, start + announcedAtOnce)
          await redis.publish(revocationChannel(deps.config.REDIS_PREFIX), JSON.stringify(batch))
        }
      } catch (error) {
        log.warn({ err: error }, 'could not push revocations; other processes find them at their next poll')
      }
    },
    read: (after: string | undefined): Promise<RevocationPage> =>
      repository.readRevocations(db, after ?? '0:0', clock()),
  }
}
