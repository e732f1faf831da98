import { createLogger } from '@fondasi/logging'
import { createTestRedis, startOwnRedis, waitFor } from '@fondasi/testing'
import { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import { endOfSession, principalOf } from '../test/demo-session.ts'
import { createRevocationList, followRevocations, type Revocation } from './index.ts'

const log = createLogger({ name: 'test', level: 'silent' })
const clock = () => new Date()

/** What a feed reads: revocations in commit order, two a page. */
function createLedger() {
  const entries: Revocation[] = []
  return {
    entries,
    load: async (after: string | undefined) => {
      const from = Number(after ?? 0)
      const items = entries.slice(from, from + 2)
      return { items, next: String(from + items.length) }
    },
  }
}

test('once the check passes, everything that was revoked before the start is known, over any number of pages', async () => {
  const redis = await createTestRedis()
  const ledger = createLedger()
  const sessions = ['s1', 's2', 's3', 's4', 's5', 's6', 's7']
  ledger.entries.push(...sessions.map(endOfSession))
  const list = createRevocationList(clock)
  const feed = followRevocations({
    list,
    load: ledger.load,
    redisUrl: redis.url,
    channel: `${redis.keyPrefix}r`,
    log,
  })
  await expect(feed.check()).rejects.toThrow('not been loaded')
  await waitFor(
    () =>
      feed.check().then(
        () => true,
        () => false,
      ),
    { timeoutMs: 5_000, what: 'the first load' },
  )
  expect(sessions.filter((session) => !list.isRevoked(principalOf(session)))).toEqual([])
  expect(list.isRevoked(principalOf('s8'))).toBe(false)
  await feed.close()
  await redis.close()
})

test('a push takes effect at once; a message that is not a revocation is ignored', async () => {
  const redis = await createTestRedis()
  const channel = `${redis.keyPrefix}r`
  const list = createRevocationList(clock)
  const feed = followRevocations({ list, load: createLedger().load, redisUrl: redis.url, channel, log })
  const publisher = new Redis(redis.url)
  await waitFor(async () => (await publisher.publish(channel, '[]')) === 1, {
    timeoutMs: 5_000,
    what: 'the subscription',
  })
  for (const noise of ['', '{', 'null', '[{"kind":"session"}]', '[1]'])
    await publisher.publish(channel, noise)
  await publisher.publish(channel, JSON.stringify([endOfSession('s1')]))
  await waitFor(() => list.isRevoked(principalOf('s1')), { what: 'the push' })
  publisher.disconnect()
  await feed.close()
  await redis.close()
})

test('what was revoked while Redis was unreachable arrives when it is back, without a push', async () => {
  const redis = await startOwnRedis()
  const ledger = createLedger()
  const list = createRevocationList(clock)
  const feed = followRevocations({ list, load: ledger.load, redisUrl: redis.url, channel: 'r', log })
  await waitFor(
    () =>
      feed.check().then(
        () => true,
        () => false,
      ),
    { timeoutMs: 5_000, what: 'the first load' },
  )
  await redis.kill()
  ledger.entries.push(endOfSession('s1'))
  await redis.restart()
  await waitFor(() => list.isRevoked(principalOf('s1')), { timeoutMs: 20_000, what: 'the entry' })
  await feed.close()
  await redis.stop()
})
