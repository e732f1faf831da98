import type { KeySource } from '@fondasi/access'
import { createSealer } from '@fondasi/outbox'
import type { Db } from '@fondasi/postgres'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import type { Config } from '../../config.ts'
import type { Revocations } from '../revocations/service.ts'
import { rotateKeys } from './key-rotation.ts'
import { type LoadedKey, openKey, type PublishedKey, type SigningKey, toPublishedKey } from './loaded-keys.ts'
import { findKeys } from './repository.ts'
import { activeKey, planRotation, stateOf } from './signing-key.ts'

export interface KeyStore extends KeySource {
  /** The key that signs now. @throws when there is none */
  active(): Promise<SigningKey>
  jwks(): { keys: PublishedKey[] }
  /**
   * Reads the keys. What was committed before the call is known after it.
   *
   * @throws when a private key cannot be decrypted: the master key is not the one that encrypted it
   */
  load(): Promise<void>
  /** Loads the keys, and creates, retires and removes those that are due. Any number of instances may call it at once. */
  maintain(): Promise<void>
  /**
   * What an operator asks for: creates the next key, which signs in a day, or with `now` in 90 s. With `revoke` it
   * deletes a key; if that one was signing, another signs at once.
   *
   * @returns false when there is no key with the id to revoke
   * @throws as `load` does
   */
  rotate(options: { now?: boolean; revoke?: string }): Promise<boolean>
}

/** Announces that keys changed. The message is empty: instances read the table. */
export const keysChannel = (redisPrefix: string) => `${redisPrefix}keys`

/** Forged key ids make an instance query the database at most this often. */
const unknownKeyCooldownMs = 30_000

/** The signing keys in this process's memory, as the table had them at the last load. */
export function createKeyStore(deps: {
  db: Db
  redis: Redis
  sealingKey: Uint8Array
  clock: () => Date
  log: Logger
  config: Pick<Config, 'REDIS_PREFIX'>
  revocations: Revocations
}): KeyStore {
  const { db, redis, clock, log, config, revocations } = deps
  const sealer = createSealer(deps.sealingKey)
  let keys = new Map<string, LoadedKey>()
  let loadsStarted = 0
  let loadInUse = 0
  let unknownKeyLoad: { atMs: number; done: Promise<void> } | undefined

  const isPublished = (key: LoadedKey) => stateOf(key, clock()) !== 'gone'

  function publicPemOf(kid: string): string | undefined {
    const key = keys.get(kid)
    return key && isPublished(key) ? key.publicPem : undefined
  }

  async function load(): Promise<void> {
    const number = ++loadsStarted
    const rows = await findKeys(db)
    // A slow response must not bring back what a later load has replaced, such as a revoked key.
    if (number < loadInUse) return
    keys = new Map(rows.map((row) => [row.kid, openKey(row, sealer, clock())]))
    loadInUse = number
  }

  /** Loads at most once per cooldown. A failed load may be repeated at once. */
  function loadForUnknownKey(): Promise<void> {
    const nowMs = clock().getTime()
    if (!unknownKeyLoad || nowMs - unknownKeyLoad.atMs >= unknownKeyCooldownMs) {
      const done = load().catch((error: unknown) => {
        unknownKeyLoad = undefined
        throw error
      })
      unknownKeyLoad = { atMs: nowMs, done }
    }
    return unknownKeyLoad.done
  }

  /** After a commit. Other instances reload in milliseconds, or within 20 s while Redis is unreachable. */
  async function announce(): Promise<void> {
    await redis
      .publish(keysChannel(config.REDIS_PREFIX), '')
      .catch((error: unknown) =>
        log.warn(
          { err: error },
          'could not announce the change of signing keys; instances reload every 20 s',
        ),
      )
    await load()
  }

  return {
    load,

    // A process does not start without keys. While the database is unreachable, the database's own check reports it.
    state: async () => 'current',

    publicKey: (kid) => publicPemOf(kid) ?? loadForUnknownKey().then(() => publicPemOf(kid)),

    async active() {
      const key = activeKey([...keys.values()], clock())
      if (key?.signing === undefined) throw new Error('there is no signing key: maintain() creates the first')
      return key.signing
    },

    jwks: () => ({ keys: [...keys.values()].filter(isPublished).map(toPublishedKey) }),

    async maintain() {
      await load()
      const all = [...keys.values()]
      const isDue = planRotation(all, clock(), 'when due').kind !== 'keep' || !all.every(isPublished)
      if (!isDue) return
      await rotateKeys({ clock, sealer, log, revocations }, 'when due')
      await announce()
    },

    async rotate({ now = false, revoke }) {
      // Throws with a wrong master key, before it encrypts a key that no instance could decrypt.
      await load()
      // A revocation alone does not ask for a new key. If the revoked key leaves none that signs, a new one is due.
      const urgency = now ? 'urgent' : revoke === undefined ? 'asked' : 'when due'
      const found = await rotateKeys({ clock, sealer, log, revocations }, urgency, revoke)
      if (!found) return false
      await announce()
      return true
    },
  }
}
