import { type OwnServer, startOwnRedis, startTcpProxy, waitFor } from '@fondasi/testing'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connected, createRedis, subscribe } from './index.ts'

// A client waits up to 20 s before it replaces a silent connection. These tests spend that time together.
const limits = { timeoutMs: 60_000 }
const testOptions = { timeout: 2 * limits.timeoutMs }

const log = pino({ level: 'silent' })
let server: OwnServer

beforeAll(async () => {
  server = await startOwnRedis()
})
afterAll(() => server.stop())

test.concurrent(
  'request profile: a silent connection is replaced, and a timed-out command is not sent again',
  testOptions,
  async ({ onTestFinished }) => {
    const proxy = await startTcpProxy(server.url)
    onTestFinished(() => proxy.close())
    const redis = createRedis({ url: proxy.url, profile: 'request', connectionName: 'request', log })
    onTestFinished(() => redis.disconnect())
    expect(await connected(redis, limits.timeoutMs)).toBe(true)
    proxy.silence()
    await expect(redis.incr('counted')).rejects.toThrow('Command timed out')
    await waitFor(() => redis.ping(), { what: 'commands to work again', ...limits })
    const direct = createRedis({ url: server.url, profile: 'worker', connectionName: 'direct', log })
    onTestFinished(() => direct.disconnect())
    expect(await direct.get('counted')).toBe(null)
  },
)

test.concurrent(
  'worker profile: a command on a silent connection is sent again on the next one',
  testOptions,
  async ({ onTestFinished }) => {
    const proxy = await startTcpProxy(server.url)
    onTestFinished(() => proxy.close())
    const redis = createRedis({ url: proxy.url, profile: 'worker', connectionName: 'worker', log })
    onTestFinished(() => redis.disconnect())
    expect(await connected(redis, limits.timeoutMs)).toBe(true)
    proxy.silence()
    expect(await redis.set('kept', 'yes')).toBe('OK')
  },
)

test.concurrent(
  'subscribe: a subscription on a silent connection is made again',
  testOptions,
  async ({ onTestFinished }) => {
    const proxy = await startTcpProxy(server.url)
    onTestFinished(() => proxy.close())
    const heard: string[] = []
    let ready = 0
    const subscription = subscribe({
      url: proxy.url,
      channel: 'news',
      log,
      onMessage: (text) => void heard.push(text),
      onReady: () => void ready++,
    })
    onTestFinished(() => subscription.close())
    await waitFor(() => ready === 1, { what: 'the subscription', ...limits })
    proxy.silence()
    await waitFor(() => ready === 2, { what: 'the next subscription', ...limits })
    const publisher = createRedis({ url: server.url, profile: 'worker', connectionName: 'publisher', log })
    onTestFinished(() => publisher.disconnect())
    await publisher.publish('news', 'heard')
    await waitFor(() => heard.length > 0, { what: 'the message', ...limits })
    expect(heard).toEqual(['heard'])
  },
)
