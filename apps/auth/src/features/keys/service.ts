import type { KeySource } from '@fondasi/access'
import { createSealer } from '@fondasi/outbox'
import { type Db, type Tx, withTransaction } from '@fondasi/postgres'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import type { Config } from '../../config.ts'
import { type RequestInfo, recordEvent } from '../events/security-event.ts'
import { createAccessTokenSigner } from './access-token-signer.ts'
import { generateSigningKey, type PublicJwk, publicKeyPem } from './key-pair.ts'
import * as repository from './repository.ts'
import { activeKey, planRotation, removalOf, stateOf, type Urgency } from './signing-key.ts'

/** A key as the JWKS shows it (RFC 7517). */
type PublishedKey = PublicJwk & { kid: string; alg: 'ES256'; use: 'sig' }

interface SigningKey {
  kid: string
  privateKeyPem: string
  /** @returns an access token of these claims */
  sign: (claims: object) => string
}

export interface KeyStore extends KeySource {
  /** The key that signs now. @throws when there is none */
  active(): Promise<SigningKey>
  jwks(): { keys: PublishedKey[] }
  /**
   * Reads the keys. What was committed before the call is known after it.
   *
   * @throws when a private key cannot be opened: the master key is not the one that sealed it
   */
  load(): Promise<void>
  /** Loads, and makes, retires and removes keys as the time demands. Any number of instances may call it at once. */
  maintain(): Promise<void>
  /**
   * What an operator asks for: the next key is made now and signs in a day, with `now` in 90 s. With `revoke` a key
   * is deleted, and if it was the one that signs, another takes its place at once.
   *
   * @returns false when there is no key with the id to revoke
   * @throws as `load` does
   */
  rotate(options: { now?: boolean; revoke?: string }): Promise<boolean>
}

/** Who changed keys says so here. The message is empty: the truth is in the table. */
export const keysChannel = (redisPrefix: string) => `${redisPrefix}keys`

/** Whoever forges key ids makes us ask the database no more often than this. */
const unknownKeyCooldownMs = 30_000

interface LoadedKey extends repository.SigningKeyRow {
  publicPem: string
  /** Only of keys that sign or will. */
  signing: SigningKey | undefined
}

/** Rotation has no request behind it. */
const noRequest: RequestInfo = { requestId: 'key-rotation', ip: '', userAgent: '' }

export function createKeyStore(deps: {
  db: Db
  redis: Redis
  sealingKey: Uint8Array
  clock: () => Date
  log: Logger
  config: Pick<Config, 'REDIS_PREFIX'>
}): KeyStore {
  const { db, redis, clock, log } = deps
  const sealer = createSealer(deps.sealingKey)
  let keys = new Map<string, LoadedKey>()
  let loadsStarted = 0
  let loadShown = 0
  let unknownKeyLoad: { atMs: number; done: Promise<void> } | undefined

  function open(row: repository.SigningKeyRow): LoadedKey {
    const signs = ['next', 'active'].includes(stateOf(row, clock()))
    return {
      ...row,
      publicPem: publicKeyPem(row.publicJwk),
      signing: signs ? openPrivateKey(row) : undefined,
    }
  }
  function openPrivateKey(row: repository.SigningKeyRow): SigningKey {
    const { kid } = row
    try {
      const { privateKey: privateKeyPem = '' } = sealer.open(row.sealedPrivateKey, kid)
      return { kid, privateKeyPem, sign: createAccessTokenSigner({ kid, privateKeyPem }) }
    } catch (cause) {
      throw new Error(`AUTH_MASTER_KEY is not the key that sealed the signing key ${kid}`, { cause })
    }
  }

  async function load(): Promise<void> {
    const number = ++loadsStarted
    const rows = await repository.findKeys(db)
    // A slow answer must not put back what a later one has replaced, such as a revoked key.
    if (number < loadShown) return
    keys = new Map(rows.map((row) => [row.kid, open(row)]))
    loadShown = number
  }

  function published(kid: string): string | undefined {
    const key = keys.get(kid)
    return key && stateOf(key, clock()) !== 'gone' ? key.publicPem : undefined
  }

  /** Brings the table to what the time and the operator demand, as the only one who does. */
  async function rotate(urgency: Urgency, revoked?: string): Promise<boolean> {
    // Made before the transaction, which should hold its lock for milliseconds; most often not needed.
    const fresh = await generateSigningKey()
    return withTransaction(db, async (tx) => {
      await repository.lockRotation(tx)
      const now = clock()
      if (revoked !== undefined && !(await revoke(tx, revoked, now))) return false
      await repository.deleteGoneKeys(tx, now)
      const rows = await repository.findKeys(tx)
      const plan = planRotation(rows, now, urgency)
      if (plan.kind === 'keep') return true

      const active = activeKey(rows, now)
      const { notBefore } = plan
      if (active) {
        await repository.setRetirement(tx, active.kid, {
          retireAt: notBefore,
          removeAt: removalOf(notBefore),
        })
      }
      if (plan.kind === 'advance') {
        await repository.setNotBefore(tx, plan.kid, notBefore)
      } else {
        await repository.insertKey(tx, {
          kid: fresh.kid,
          publicJwk: fresh.publicJwk,
          sealedPrivateKey: sealer.seal({ privateKey: fresh.privateKeyPem }, fresh.kid),
          createdAt: now,
          notBefore,
          retireAt: null,
          removeAt: null,
        })
      }
      const kid = plan.kind === 'advance' ? plan.kid : fresh.kid
      await record(tx, plan.kind === 'advance' ? 'signing_key_advanced' : 'signing_key_created', kid)
      log.info({ kid, notBefore }, 'the next signing key is settled')
      return true
    })
  }

  async function revoke(tx: Tx, kid: string, now: Date): Promise<boolean> {
    const rows = await repository.findKeys(tx)
    const row = rows.find((key) => key.kid === kid)
    if (!row) return false
    await repository.deleteKey(tx, kid)
    const active = activeKey(rows, now)
    if (active && stateOf(row, now) === 'next') await repository.setRetirement(tx, active.kid, null)
    await record(tx, 'signing_key_revoked', kid)
    log.warn({ kid }, 'signing key revoked')
    return true
  }

  function record(tx: Tx, action: string, kid: string): Promise<void> {
    const actor = { type: 'service', id: 'auth' } as const
    const targets = [{ type: 'signing_key', id: kid }]
    return recordEvent(tx, {
      action,
      outcome: 'success',
      actor,
      targets,
      request: noRequest,
      occurredAt: clock(),
    })
  }

  /** After a commit: this process knows at once, the others in milliseconds or, with Redis away, within a minute. */
  async function announce(): Promise<void> {
    await redis
      .publish(keysChannel(deps.config.REDIS_PREFIX), '')
      .catch((error: unknown) => log.warn({ err: error }, 'the change of keys was not pushed'))
    await load()
  }

  return {
    load,

    // A process does not start without keys; when the database is away, its own check reports it.
    state: async () => 'current',

    // An unknown id makes the store look again, once in 30 s at most.
    publicKey(kid) {
      const known = published(kid)
      if (known !== undefined) return known
      const nowMs = clock().getTime()
      if (!unknownKeyLoad || nowMs - unknownKeyLoad.atMs >= unknownKeyCooldownMs) {
        const done = load().catch((error: unknown) => {
          unknownKeyLoad = undefined
          throw error
        })
        unknownKeyLoad = { atMs: nowMs, done }
      }
      return unknownKeyLoad.done.then(() => published(kid))
    },

    async active() {
      const key = activeKey([...keys.values()], clock())
      if (key?.signing === undefined) throw new Error('there is no signing key: maintain() makes the first')
      return key.signing
    },

    jwks() {
      const now = clock()
      return {
        keys: [...keys.values()]
          .filter((key) => stateOf(key, now) !== 'gone')
          .map(({ kid, publicJwk: { kty, crv, x, y } }) => ({
            kty,
            crv,
            x,
            y,
            kid,
            alg: 'ES256',
            use: 'sig',
          })),
      }
    },

    async maintain() {
      await load()
      const now = clock()
      const rows = [...keys.values()]
      const due =
        planRotation(rows, now, 'when due').kind !== 'keep' ||
        rows.some((key) => stateOf(key, now) === 'gone')
      if (!due) return
      await rotate('when due')
      await announce()
    },

    async rotate({ now = false, revoke }) {
      // Throws with a wrong master key, before it seals a key that no instance could open.
      await load()
      // A revocation alone brings no other change than the successor that it makes due.
      const urgency = now ? 'urgent' : revoke === undefined ? 'asked' : 'when due'
      const found = await rotate(urgency, revoke)
      if (found) await announce()
      return found
    },
  }
}
