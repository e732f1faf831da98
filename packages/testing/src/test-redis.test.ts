import { Redis } from 'ioredis'
import { expect, onTestFinished, test } from 'vitest'
import { createTestRedis } from './index.ts'

test('flush: removes all keys with the prefix, and no others', async () => {
  const [mine, other] = await Promise.all([createTestRedis(), createTestRedis()])
  const redis = new Redis(mine.url)
  onTestFinished(async () => {
    await Promise.all([mine.close(), other.close()])
    redis.disconnect()
  })
  const fill = (keyPrefix: string) =>
    redis.mset(Object.fromEntries(Array.from({ length: 2_500 }, (_, i) => [`${keyPrefix}${i}`, 'x'])))
  await fill(mine.keyPrefix)
  await fill(other.keyPrefix)

  await mine.flush()
  expect(await redis.keys(`${mine.keyPrefix}*`)).toHaveLength(0)
  expect(await redis.keys(`${other.keyPrefix}*`)).toHaveLength(2_500)
})
