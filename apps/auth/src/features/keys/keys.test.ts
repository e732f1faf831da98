import { randomBytes } from 'node:crypto'
import { createRevocationList, followRevocations } from '@fondasi/access'
import { createDb, createPool } from '@fondasi/postgres'
import { waitFor } from '@fondasi/testing'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { type AuthInstance, startAuth } from '../../../test/auth-service.ts'
import { asService } from '../../../test/mint-token.ts'
import { useTwoAuths } from '../../../test/use-auth.ts'
import { outbox, signingKeys } from '../../db/schema.ts'
import { revocationChannel } from '../revocations/service.ts'
import { createKeyStore, type KeyStore } from './service.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

const { backend, auth: first, other: second } = await useTwoAuths()
beforeEach(async () => {
  await backend.database.db.delete(signingKeys)
  await first.deps.keys.maintain()
  await second.deps.keys.load()
})

/** The status of a route that every valid token of a service may call. */
async function statusOf(instance: AuthInstance, headers: { authorization: string }): Promise<number> {
  return (await instance.app.inject({ url: '/v1/revocations', headers })).statusCode
}
const kidsOf = (instance: AuthInstance) => instance.deps.keys.jwks().keys.map(({ kid }) => kid)

describe('key rotation', () => {
  test('ten instances that start on an empty table make one key', async () => {
    await backend.database.db.delete(signingKeys)
    const { config, redis, derivedKeys, log, clock, revocations } = first.deps
    const sealingKey = derivedKeys.signingKeys
    const pools = Array.from({ length: 10 }, () =>
      createPool({ url: backend.database.url, max: 1, applicationName: 'keys-test', log }),
    )
    const stores = pools.map((pool) =>
      createKeyStore({ db: createDb(pool), redis, sealingKey, clock, log, config, revocations }),
    )
    await Promise.all(stores.map((store) => store.maintain()))
    expect(await backend.database.db.select().from(signingKeys)).toHaveLength(1)
    const active = await Promise.all(stores.map((store) => store.active()))
    expect(new Set(active.map(({ kid, privateKeyPem }) => kid + privateKeyPem)).size).toBe(1)
    await Promise.all(pools.map((pool) => pool.end()))
  })

  test('two months of use lose no token: keys are published a day ahead and stay while their tokens live', async () => {
    const publishedAt = new Map<string, number>()
    const signers = new Set<string>()
    const publishedBeforeMs: number[] = []
    let headers: { authorization: string } | undefined
    for (let step = 0; step < (62 * dayMs) / (6 * hourMs); step++) {
      for (const instance of [first, second]) await instance.deps.keys.maintain()
      expect(kidsOf(second)).toEqual(kidsOf(first))
      const nowMs = backend.clock().getTime()
      for (const kid of kidsOf(first)) if (!publishedAt.has(kid)) publishedAt.set(kid, nowMs)

      const { kid } = await first.deps.keys.active()
      expect((await second.deps.keys.active()).kid).toBe(kid)
      if (!signers.has(kid)) publishedBeforeMs.push(nowMs - (publishedAt.get(kid) ?? nowMs))
      signers.add(kid)
      headers = await asService(first, 'catalog')
      backend.clock.advance(9 * minuteMs)
      // Nine of the token's ten minutes later, perhaps with another key active: both still accept it.
      for (const instance of [first, second]) {
        await instance.deps.keys.maintain()
        expect(await statusOf(instance, headers)).toBe(200)
      }
      backend.clock.advance(6 * hourMs - 9 * minuteMs)
    }
    // The first key signs at once. Each later one was published a day before it signed.
    expect(publishedBeforeMs).toEqual([0, dayMs, dayMs])
    expect(kidsOf(first).length).toBeLessThanOrEqual(2)
  })

  test('an urgent rotation loses no token either', async () => {
    const before = await asService(first, 'catalog')
    const { kid } = await first.deps.keys.active()
    await first.deps.keys.rotate({ now: true })
    expect((await first.deps.keys.active()).kid).toBe(kid)
    // The announcement reaches the second instance before anything is signed with the key.
    await waitFor(() => kidsOf(second).length === 2, { what: 'the second instance to know the new key' })
    backend.clock.advance(90_000)
    expect((await second.deps.keys.active()).kid).not.toBe(kid)
    const after = await asService(second, 'catalog')
    for (const instance of [first, second]) {
      expect(await statusOf(instance, before)).toBe(200)
      expect(await statusOf(instance, after)).toBe(200)
    }
  })

  test('two requests for the next key make one next key', async () => {
    await Promise.all([first.deps.keys.rotate({}), second.deps.keys.rotate({})])
    expect(kidsOf(first)).toHaveLength(2)
    expect(await backend.database.db.select().from(signingKeys)).toHaveLength(2)
  })
})

describe('a revoked key', () => {
  test('is refused by every instance within a second, for tokens verified before too, and another signs', async () => {
    const headers = await asService(first, 'catalog')
    expect(await statusOf(first, headers)).toBe(200)
    expect(await statusOf(second, headers)).toBe(200)
    const { kid } = await first.deps.keys.active()

    expect(await first.deps.keys.rotate({ revoke: kid })).toBe(true)
    expect(await statusOf(first, headers)).toBe(401)
    await waitFor(async () => (await statusOf(second, headers)) === 401, {
      timeoutMs: 1_000,
      what: 'the second instance to refuse the token',
    })
    for (const instance of [first, second]) {
      expect(kidsOf(instance)).not.toContain(kid)
      expect(await statusOf(instance, await asService(second, 'catalog'))).toBe(200)
    }
  })

  test('is pushed to every process that follows the revocations, and stays in the feed for those that miss the push', async () => {
    const { config, log, clock, revocations } = first.deps
    const list = createRevocationList(clock)
    const feed = followRevocations({
      list,
      // Returns nothing, so only the push can deliver the key.
      load: async () => ({ items: [], next: '0' }),
      redisUrl: config.REDIS_URL,
      channel: revocationChannel(config.REDIS_PREFIX),
      log,
    })
    onTestFinished(() => feed.close())
    // A key can be revoked only once, so wait until every process listens.
    const listeners = () => first.deps.redis.publish(revocationChannel(config.REDIS_PREFIX), '[]')
    await waitFor(async () => (await listeners()) === 3, { what: 'both instances and this test to listen' })

    const { kid } = await first.deps.keys.active()
    await first.deps.keys.rotate({ now: true, revoke: kid })
    await waitFor(() => list.isKeyRevoked(kid), { what: 'the pushed key' })
    await expect
      .poll(async () => (await revocations.read(undefined)).items, { timeout: 5_000 })
      .toContainEqual({ kind: 'key', kid, expiresAtMs: expect.any(Number) })
  })

  test('that was to sign next: the current key continues to sign', async () => {
    const { kid } = await first.deps.keys.active()
    await first.deps.keys.rotate({})
    const next = kidsOf(first).find((other) => other !== kid) ?? ''
    await first.deps.keys.rotate({ revoke: next })
    backend.clock.advance(2 * dayMs)
    await first.deps.keys.maintain()
    expect((await first.deps.keys.active()).kid).toBe(kid)
  })

  test('with an id that no key has changes nothing', async () => {
    const before = kidsOf(first)
    expect(await first.deps.keys.rotate({ revoke: 'no-such-key' })).toBe(false)
    await first.deps.keys.load()
    expect(kidsOf(first)).toEqual(before)
  })
})

describe('a key id that this process does not know', () => {
  test('makes it reload the keys, but at most once per cooldown', async () => {
    // A process whose pushes do not reach the first instance.
    const { db, redis, derivedKeys, log, clock, revocations } = second.deps
    const sealingKey = derivedKeys.signingKeys
    const config = { REDIS_PREFIX: 'elsewhere:' }
    const apart = createKeyStore({ db, redis, sealingKey, clock, log, config, revocations })
    // Ends the cooldown that an earlier test may have started.
    backend.clock.advance(hourMs)

    expect(await first.deps.keys.publicKey('forged')).toBeUndefined()
    await apart.rotate({})
    const added = apart.jwks().keys.at(-1)?.kid ?? ''
    expect(await first.deps.keys.publicKey(added)).toBeUndefined()
    backend.clock.advance(30_000)
    expect(await first.deps.keys.publicKey(added)).toContain('BEGIN PUBLIC KEY')
  })
})

describe('the private key', () => {
  test('is in no response and no log line, and only encrypted in the database', async () => {
    await first.deps.keys.rotate({})
    const { privateKeyPem } = await first.deps.keys.active()
    const body = privateKeyPem.replaceAll(/-----[A-Z ]+-----|\s/g, '')
    const secret = Buffer.from(body, 'base64').subarray(36, 68)

    const rows = await backend.database.db.select().from(signingKeys)
    for (const { sealedPrivateKey } of rows) {
      expect(sealedPrivateKey.includes(secret)).toBe(false)
      expect(sealedPrivateKey.includes('PRIVATE')).toBe(false)
    }
    const jwks = await first.app.inject('/.well-known/jwks.json')
    const messages = await backend.database.db.select().from(outbox)
    for (const text of [
      jwks.body,
      JSON.stringify(first.log),
      JSON.stringify(messages),
      JSON.stringify(rows),
    ]) {
      for (const form of ['base64', 'base64url', 'hex'] as const)
        expect(text).not.toContain(secret.toString(form))
      expect(text).not.toContain('"d"')
    }
    for (const key of first.deps.keys.jwks().keys) {
      expect(Object.keys(key).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
    }
  })

  test('cannot be opened with another master key, and the error says which setting is wrong', async () => {
    const sealingKey = randomBytes(32)
    const store: KeyStore = createKeyStore({ ...first.deps, sealingKey })
    const { keys } = first.deps.keys.jwks()
    for (const attempt of [() => store.load(), () => store.maintain(), () => store.rotate({ now: true })]) {
      await expect(attempt()).rejects.toThrow(/AUTH_MASTER_KEY is not the key that sealed/)
    }
    await first.deps.keys.load()
    expect(first.deps.keys.jwks().keys).toEqual(keys)
  })

  test('sealed for one key id does not open as another', async () => {
    await first.deps.keys.rotate({})
    const [one, other] = await backend.database.db.select().from(signingKeys)
    if (!one || !other) throw new Error('two keys were expected')
    await backend.database.db.update(signingKeys).set({ sealedPrivateKey: other.sealedPrivateKey })
    await expect(first.deps.keys.load()).rejects.toThrow(one.kid)
  })
})

describe('GET /.well-known/jwks.json', () => {
  test('200: verifies tokens in another implementation, and may be cached', async () => {
    const response = await second.app.inject('/.well-known/jwks.json')
    expect(response.statusCode).toBe(200)
    expect(response.headers['content-type']).toMatch(/^application\/jwk-set\+json/)
    expect(response.headers['cache-control']).toBe('public, max-age=300')
    const { authorization } = await asService(first, 'catalog')
    const { payload, protectedHeader } = await jwtVerify(
      authorization.slice('Bearer '.length),
      createLocalJWKSet(response.json()),
      {
        currentDate: backend.clock(),
        issuer: first.deps.config.AUTH_ISSUER,
        audience: 'fondasi',
        typ: 'at+jwt',
      },
    )
    expect(payload.sub).toBe('catalog')
    expect(protectedHeader.alg).toBe('ES256')
  })

  test('304: for its ETag from any instance, until the keys change', async () => {
    const { etag = '' } = (await first.app.inject('/.well-known/jwks.json')).headers
    const conditional = (ifNoneMatch: string) =>
      second.app.inject({ url: '/.well-known/jwks.json', headers: { 'if-none-match': ifNoneMatch } })
    for (const tags of [etag, `"other", W/${etag}`, '*']) {
      const response = await conditional(tags)
      expect(response.statusCode).toBe(304)
      expect(response.body).toBe('')
      expect(response.headers['etag']).toBe(etag)
    }
    expect((await conditional('"other"')).statusCode).toBe(200)
    await second.deps.keys.rotate({})
    expect((await conditional(etag)).statusCode).toBe(200)
  })

  test('429: like every route', async () => {
    const limited = await startAuth(backend, { RATE_LIMIT_PER_MINUTE: '1' })
    await limited.app.inject('/.well-known/jwks.json')
    const response = await limited.app.inject('/.well-known/jwks.json')
    expect(response.statusCode).toBe(429)
    expect(response.json()).toMatchObject({ code: 'rate_limited' })
    await limited.close()
  })
})
