import type { Revocation, RevocationList, RevocationPage } from '@fondasi/access'
import { type Db, type Tx, withTransaction } from '@fondasi/postgres'
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

  /** If a message is lost, each process finds the rows at its next poll. */
  async function announce(entries: Revocation[]): Promise<void> {
    for (const entry of entries) list.add(entry)
    try {
      for (let start = 0; start < entries.length; start += announcedAtOnce) {
        const batch = entries.slice(start, start + announcedAtOnce)
        await redis.publish(revocationChannel(deps.config.REDIS_PREFIX), JSON.stringify(batch))
      }
    } catch (error) {
      log.warn({ err: error }, 'could not push revocations; other processes find them at their next poll')
    }
  }

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
    /**
     * Makes a change and revokes the tokens that it makes invalid: both in one transaction, which writes the revocations
     * last. After the commit it announces them.
     *
     * @param change names what it `revoked`
     * @returns what `change` returned
     */
    async run<Result extends { revoked: Revocation[] }>(
      change: (tx: Tx) => Promise<Result>,
    ): Promise<Result> {
      const result = await withTransaction(db, async (tx) => {
        const changed = await change(tx)
        await repository.insertRevocations(tx, changed.revoked)
        return changed
      })
      await announce(result.revoked)
      return result
    },
    /** @param after `next` of the previous page, or undefined for all revocations that are still in force */
    read: (after = '0'): Promise<RevocationPage> => repository.readRevocations(db, BigInt(after), clock()),
  }
}
