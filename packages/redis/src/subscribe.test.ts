import { type OwnServer, startOwnRedis, waitFor } from '@fondasi/testing'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { connected, createRedis, subscribe } from './index.ts'

const log = pino({ level: 'silent' })
let server: OwnServer

beforeAll(async () => {
  server = await startOwnRedis()
})
afterAll(() => server.stop())

test('subscribe: receives messages, and subscribes again after a crash of Redis', async () => {
  const heard: string[] = []
  let ready = 0
  await server.kill()
  const subscription = subscribe({
    url: server.url,
    channel: 'news',
    log,
    onMessage: (text) => void heard.push(text),
    onReady: () => void ready++,
  })
  onTestFinished(() => subscription.close())
  const publisher = createRedis({ url: server.url, profile: 'worker', connectionName: 'publisher', log })
  onTestFinished(() => publisher.disconnect())

  for (let round = 1; round <= 3; round++) {
    await server.restart()
    await waitFor(() => ready === round, { what: `subscription ${round}`, timeoutMs: 20_000 })
    expect(await connected(publisher, 20_000)).toBe(true)
    await publisher.publish('other', 'not for us')
    await publisher.publish('news', `message ${round}`)
    await waitFor(() => heard.length === round, { what: `message ${round}`, timeoutMs: 20_000 })
    await server.kill()
  }
  expect(heard).toEqual(['message 1', 'message 2', 'message 3'])
  await server.restart()
})

test('subscribe: an error in a callback is logged, and the next message still arrives', async () => {
  const logged: string[] = []
  const heard: string[] = []
  const subscription = subscribe({
    url: server.url,
    channel: 'news',
    log: pino({}, { write: (line: string) => logged.push(JSON.parse(line).msg) }),
    onReady: () => Promise.reject(new Error('could not catch up')),
    onMessage: (text) => {
      heard.push(text)
      throw new Error('could not use it')
    },
  })
  onTestFinished(() => subscription.close())
  await waitFor(() => logged.length === 1, { what: 'the failed catch-up to be logged', timeoutMs: 20_000 })
  const publisher = createRedis({ url: server.url, profile: 'worker', connectionName: 'publisher', log })
  onTestFinished(() => publisher.disconnect())
  await publisher.publish('news', 'one')
  await publisher.publish('news', 'two')
  await waitFor(() => logged.length === 3, { what: 'both failures to be logged', timeoutMs: 20_000 })
  expect(heard).toEqual(['one', 'two'])
  expect(new Set(logged)).toEqual(new Set(['a subscriber callback failed; the subscription continues']))
})
