import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { createLogger } from '@fondasi/logging'
import { createClock, createTestRedis, waitFor } from '@fondasi/testing'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { endOfSession, principalOf } from '../test/demo-session.ts'
import {
  createRevocationList,
  createServiceToken,
  followRevocations,
  type Revocation,
  remoteRevocations,
} from './index.ts'

const log = createLogger({ name: 'test', level: 'silent' })
const clientSecret = 's/ecret:with %marks'
const tokenLifeSeconds = 600

/** auth's token endpoint and feed of revocations as it documents them, over real HTTP. */
function createAuth() {
  const revocations: Revocation[] = []
  const issued: string[] = []
  const seen = { tokenRequests: 0, feedRequests: 0 }
  let trusted = new Set<string>()
  let port = 0

  function respondToToken(request: IncomingMessage): [number, object] {
    seen.tokenRequests += 1
    const [id = '', secret = ''] = Buffer.from(request.headers.authorization?.slice(6) ?? '', 'base64')
      .toString()
      .split(':')
      .map(decodeURIComponent)
    if (id !== 'catalog' || secret !== clientSecret) return [401, { error: 'invalid_client' }]
    const token = `token-${issued.length + 1}`
    issued.push(token)
    trusted.add(token)
    return [200, { access_token: token, token_type: 'Bearer', expires_in: tokenLifeSeconds, scope: '' }]
  }

  function respondToFeed(request: IncomingMessage, url: URL): [number, object] {
    seen.feedRequests += 1
    if (!trusted.has(request.headers.authorization?.slice(7) ?? '')) return [401, { code: 'invalid_token' }]
    const after = Number(url.searchParams.get('after') ?? 0)
    return [200, { items: revocations.slice(after), next: String(revocations.length) }]
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://auth')
    const [status, body] =
      url.pathname === '/auth/v1/oauth/token' ? respondToToken(request) : respondToFeed(request, url)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })

  return {
    revocations,
    issued,
    seen,
    /** As after a restore of the database: auth refuses the tokens that it issued before. */
    forgetTokens: () => {
      trusted = new Set()
    },
    /** With a path, as behind a gateway. */
    url: () => `http://127.0.0.1:${port}/auth`,
    async start() {
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
      const address = server.address()
      if (typeof address === 'object' && address) port = address.port
    },
    async stop() {
      if (!server.listening) return
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

let auth: ReturnType<typeof createAuth>
beforeEach(async () => {
  auth = createAuth()
  await auth.start()
})
afterEach(() => auth.stop())

const clock = createClock()
const tokenSource = (secret = clientSecret) =>
  createServiceToken({ authUrl: auth.url(), clientId: 'catalog', clientSecret: secret, clock })

describe('the token', () => {
  test('is fetched once for all callers, and again a minute before it expires', async () => {
    const token = tokenSource()
    const many = () => Promise.all(Array.from({ length: 20 }, () => token()))
    expect(new Set(await many())).toEqual(new Set(['token-1']))
    clock.advance((tokenLifeSeconds - 61) * 1000)
    expect(new Set(await many())).toEqual(new Set(['token-1']))
    clock.advance(1_000)
    expect(new Set(await many())).toEqual(new Set(['token-2']))
    expect(auth.seen.tokenRequests).toBe(2)
  })

  test('a wrong secret and an unreachable auth are errors, and the next call tries again', async () => {
    await expect(tokenSource('wrong')()).rejects.toThrow('401')
    const token = tokenSource()
    await auth.stop()
    await expect(token()).rejects.toThrow('fetch failed')
    await auth.start()
    expect(await token()).toBe('token-1')
  })

  test('a token that auth refuses is replaced at once', async () => {
    const load = remoteRevocations({ authUrl: auth.url(), token: tokenSource() })
    await load(undefined)
    auth.forgetTokens()
    expect(await load(undefined)).toEqual({ items: [], next: '0' })
    expect(auth.issued).toEqual(['token-1', 'token-2'])
  })
})

describe('following auth’s feed', () => {
  async function follow() {
    const redis = await createTestRedis()
    const channel = `${redis.keyPrefix}revocations`
    const list = createRevocationList(() => new Date())
    const feed = followRevocations({
      list,
      load: remoteRevocations({ authUrl: auth.url(), token: tokenSource() }),
      redisUrl: redis.url,
      channel,
      log,
    })
    return {
      channel,
      redisUrl: redis.url,
      isRevoked: (sessionId: string) => list.isRevoked(principalOf(sessionId)),
      isReady: () =>
        feed.check().then(
          () => true,
          () => false,
        ),
      async close() {
        await feed.close()
        await redis.close()
      },
    }
  }

  test('auth unreachable at the start: not ready, and ready without a restart once auth responds', async () => {
    await auth.stop()
    auth.revocations.push(endOfSession('s1'))
    const follower = await follow()
    expect(await follower.isReady()).toBe(false)
    await auth.start()
    await waitFor(follower.isReady, { what: 'the first load', timeoutMs: 20_000 })
    expect(follower.isRevoked('s1')).toBe(true)
    await follower.close()
  })

  test('a pushed revocation takes effect at once, any other at the next poll', async () => {
    const follower = await follow()
    await waitFor(follower.isReady, { what: 'the first load' })
    const publisher = new Redis(follower.redisUrl)
    await waitFor(async () => (await publisher.publish(follower.channel, '[]')) === 1, {
      what: 'the subscription',
    })
    await publisher.publish(follower.channel, JSON.stringify([endOfSession('pushed')]))
    await waitFor(() => follower.isRevoked('pushed'), { what: 'the push' })
    auth.revocations.push(endOfSession('silent'))
    await waitFor(() => follower.isRevoked('silent'), { what: 'the poll', timeoutMs: 20_000 })
    publisher.disconnect()
    await follower.close()
  })

  test('auth unreachable for a while: known revocations stay, later ones arrive when it is back', async () => {
    auth.revocations.push(endOfSession('before'))
    const follower = await follow()
    await waitFor(() => follower.isReady(), { what: 'the first load' })
    await auth.stop()
    auth.revocations.push(endOfSession('during'))
    expect(await follower.isReady()).toBe(true)
    expect(follower.isRevoked('before')).toBe(true)
    await auth.start()
    await waitFor(() => follower.isRevoked('during'), { what: 'the next poll', timeoutMs: 20_000 })
    await follower.close()
  })
})
