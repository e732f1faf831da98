import { withTransaction } from '@fondasi/postgres'
import { type TestDatabase, waitFor } from '@fondasi/testing'
import { sql } from 'drizzle-orm'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { createOutboxDatabase, readOutbox, sealer, skipPauses, startRelay } from '../test/outbox-database.ts'
import { type Message, outbox, outboxMetrics, publish, RefusedError, UndeliverableError } from './index.ts'

// Deliveries take as long as the machine needs; the limits below only end a test that hangs.
vi.setConfig({ testTimeout: 150_000 })

let database: TestDatabase

beforeAll(async () => {
  database = await createOutboxDatabase()
})
afterEach(() => database.truncate())
afterAll(() => database.drop())

const rows = () => readOutbox(database)
const deadRows = async () => (await rows()).filter(({ deadAt }) => deadAt !== null)

test('transaction: a committed message is delivered, a rolled-back one never', async () => {
  const delivered: unknown[] = []
  startRelay({
    url: database.url,
    handlers: { news: async ({ payload }) => void delivered.push(payload['n']) },
  })
  const rolledBack = withTransaction(database.db, async (tx) => {
    await publish(tx, { topic: 'news', payload: { n: 1 } })
    throw new Error('no')
  })
  await expect(rolledBack).rejects.toThrow('no')
  await withTransaction(database.db, (tx) => publish(tx, { topic: 'news', payload: { n: 2 } }))
  await waitFor(() => delivered.length > 0, { what: 'the committed message' })
  expect(delivered).toEqual([2])
})

test('message: arrives complete, and is then removed from the table', async () => {
  const seen: Message[] = []
  startRelay({ url: database.url, handlers: { mail: async (message) => void seen.push(message) } })
  const id = '019b0000-0000-7000-8000-000000000001'
  await publish(database.db, {
    id,
    topic: 'mail',
    payload: { to: "o'brien@example.test", list: [1, null, 'ü'] },
    secret: { sealer, values: { link: 'https://example.test/verify' } },
    requestId: 'request-1',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  })
  await waitFor(async () => (await rows()).length === 0, { what: 'the message to be removed' })
  expect(seen).toEqual([
    {
      id,
      topic: 'mail',
      payload: { to: "o'brien@example.test", list: [1, null, 'ü'] },
      secret: { link: 'https://example.test/verify' },
      requestId: 'request-1',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      createdAt: expect.any(Date),
      attempt: 1,
    },
  ])
})

test('secret: the table holds it encrypted', async () => {
  await publish(database.db, { topic: 'mail', payload: {}, secret: { sealer, values: { link: 'rahasia' } } })
  const [row] = await rows()
  expect(row?.secret?.length).toBeGreaterThan(0)
  expect(JSON.stringify(row)).not.toContain('rahasia')
  expect(row?.secret?.includes('rahasia')).toBe(false)
})

test('latency: a message is delivered on commit, without waiting for the next poll', async () => {
  const arrivals: number[] = []
  startRelay({ url: database.url, handlers: { ping: async () => void arrivals.push(performance.now()) } })
  const latenciesMs: number[] = []
  for (let n = 1; n <= 15; n++) {
    const publishedAt = performance.now()
    await publish(database.db, { topic: 'ping', payload: {} })
    await waitFor(() => arrivals.length === n, { what: `message ${n}` })
    latenciesMs.push((arrivals[n - 1] ?? Number.NaN) - publishedAt)
  }
  // By polling alone, each would wait for the next poll, which comes at least 750 ms after the previous one.
  expect(Math.min(...latenciesMs)).toBeLessThan(500)
})

test('two relays, 2,000 messages: each message is delivered once, and both relays deliver some', async () => {
  const deliveries = new Map<string, number>()
  const shares = [0, 0]
  const takePart = (relay: 0 | 1) => ({
    work: async ({ id }: Message) => {
      shares[relay] = (shares[relay] ?? 0) + 1
      deliveries.set(id, (deliveries.get(id) ?? 0) + 1)
    },
  })
  await withTransaction(database.db, async (tx) => {
    for (let n = 0; n < 2_000; n++) await publish(tx, { topic: 'work', payload: { n } })
  })
  startRelay({ url: database.url, handlers: takePart(0) })
  startRelay({ url: database.url, handlers: takePart(1) })
  await waitFor(async () => (await rows()).length === 0, { what: 'an empty outbox', timeoutMs: 120_000 })
  expect(deliveries.size).toBe(2_000)
  expect([...deliveries.values()].every((times) => times === 1)).toBe(true)
  expect(Math.min(...shares)).toBeGreaterThan(0)
})

test('lease: no other relay claims a message that is being handled', async () => {
  let started = 0
  const slow = { slow: () => new Promise<void>(() => void started++) }
  // The handler never ends, but its timeout ends the attempt after 3 s. Until then, five relays poll.
  for (let n = 0; n < 5; n++) startRelay({ url: database.url, handlers: slow, handlerTimeoutMs: 3_000 })
  await publish(database.db, { topic: 'slow', payload: {} })
  await waitFor(async () => (await rows())[0]?.lastError === 'not delivered within 3000 ms', {
    what: 'the timeout',
  })
  expect(started).toBe(1)
})

test('failure: the relay retries until the delivery works, and counts the failures', async () => {
  const attempts: number[] = []
  const { registry } = startRelay({
    url: database.url,
    handlers: {
      flaky: async ({ attempt }) => {
        attempts.push(attempt)
        if (attempt < 3) throw new Error('receiver away')
      },
    },
  })
  await publish(database.db, { topic: 'flaky', payload: {} })
  await waitFor(
    async () => {
      await skipPauses(database)
      return (await rows()).length === 0
    },
    { what: 'the third attempt', timeoutMs: 60_000 },
  )
  expect(attempts).toEqual([1, 2, 3])
  const metrics = await registry.metrics()
  expect(metrics).toContain(`${outboxMetrics.failed}{topic="flaky"} 2`)
  expect(metrics).toContain(`${outboxMetrics.delivered}{topic="flaky"} 1`)
})

test('poison: the message dies with its reason and without its secret, and other messages are delivered', async () => {
  let delivered = 0
  const { registry } = startRelay({
    url: database.url,
    concurrency: 2,
    maxAttempts: 2,
    handlers: {
      good: async () => void delivered++,
      poison: async () => {
        throw new Error('outer words', { cause: new Error('always wrong') })
      },
    },
  })
  for (let n = 0; n < 20; n++) {
    await publish(database.db, { topic: 'poison', payload: { n }, secret: { sealer, values: { link: 'x' } } })
    await publish(database.db, { topic: 'good', payload: { n } })
  }
  await waitFor(() => delivered === 20, { what: 'the good messages' })
  await waitFor(
    async () => {
      await skipPauses(database)
      return (await deadRows()).length === 20
    },
    { what: 'the poison to be dead', timeoutMs: 60_000 },
  )
  for (const row of await deadRows()) {
    expect(row).toMatchObject({ topic: 'poison', attempts: 2, secret: null, lastError: 'always wrong' })
  }
  const metrics = await registry.metrics()
  expect(metrics).toContain(`${outboxMetrics.dead} 20`)
  expect(metrics).toContain(`${outboxMetrics.waiting} 0`)
})

test.each([
  ['an unknown topic', { topic: 'toString', payload: {} }, 'no handler for topic "toString"'],
  ['an undeliverable message', { topic: 'refused', payload: {} }, 'the receiver answered 422'],
  [
    'a secret sealed with another key',
    {
      topic: 'ok',
      payload: {},
      secret: { sealer: { ...sealer, seal: () => Buffer.alloc(40, 1) }, values: {} },
    },
    'Unsupported state or unable to authenticate data',
  ],
])('dead at once: %s', async (_, message, reason) => {
  startRelay({
    url: database.url,
    handlers: {
      ok: async () => {},
      refused: () => Promise.reject(new UndeliverableError('the receiver answered 422')),
    },
  })
  await publish(database.db, message)
  const [row] = await waitFor(async () => ((await deadRows()).length === 1 ? deadRows() : undefined), {
    what: 'the message to be dead',
  })
  expect(row).toMatchObject({ attempts: 1, lastError: reason, secret: null })
})

test('a refused recipient: the message is logged, counted and dropped, and is not dead', async () => {
  const lines: string[] = []
  const log = pino({}, { write: (line: string) => lines.push(line) })
  const { registry } = startRelay({
    url: database.url,
    log,
    handlers: { mail: () => Promise.reject(new RefusedError('550 <ada@example.com>: no such mailbox')) },
  })
  await publish(database.db, { topic: 'mail', payload: {}, requestId: 'r1' })
  await waitFor(async () => (await rows()).length === 0, { what: 'the message to be dropped' })
  const refusals = lines.filter((line) => line.includes('the recipient was refused'))
  expect(refusals.map((line) => JSON.parse(line))).toMatchObject([
    { level: 40, topic: 'mail', requestId: 'r1', reason: '550 [address] no such mailbox' },
  ])
  await waitFor(async () => (await registry.metrics()).includes(`${outboxMetrics.refused}{topic="mail"} 1`), {
    what: 'the message to be counted',
  })
  const metrics = await registry.metrics()
  expect(metrics).toContain(`${outboxMetrics.failed}{topic="mail"} 1`)
  expect(metrics).toContain(`${outboxMetrics.delivered}{topic="mail"} 0`)
  expect(metrics).toContain(`${outboxMetrics.dead} 0`)
})

test('failure: the record and the log line contain no address, no secret and no NUL', async () => {
  const lines: string[] = []
  const log = pino({}, { write: (line: string) => lines.push(line) })
  startRelay({
    url: database.url,
    log,
    handlers: {
      mail: async ({ payload, secret }) => {
        throw new Error(`\u0000 <${String(payload['to'])}> did not take ${secret?.['code']}`)
      },
    },
  })
  const secret = { sealer, values: { code: '4711' } }
  await publish(database.db, { topic: 'mail', payload: { to: 'ada@example.com' }, secret })
  await waitFor(async () => (await rows())[0]?.lastError != null, { what: 'the failure to be recorded' })
  expect((await rows())[0]?.lastError).toBe('  [address] did not take [secret]')
  expect(lines.join('\n')).toContain('[address] did not take [secret]')
  expect(lines.join('\n')).not.toMatch(/ada@example|4711/)
})

test('metrics: show how many messages wait and the age of the oldest', async () => {
  await publish(database.db, { topic: 'later', payload: {} })
  await publish(database.db, { topic: 'later', payload: {} })
  await database.db.execute(
    sql`update ${outbox} set created_at = now() - interval '90 s', available_at = now() + interval '1 h'`,
  )
  const { registry } = startRelay({ url: database.url })
  const metrics = await registry.metrics()
  expect(metrics).toContain(`${outboxMetrics.waiting} 2`)
  expect(Number(/^outbox_oldest_waiting_seconds (\S+)/m.exec(metrics)?.[1])).toBeCloseTo(90, -1)
})

test('stop: waits for the running handler and claims nothing more', async () => {
  const finish = Promise.withResolvers<void>()
  let started = 0
  const relay = startRelay({
    url: database.url,
    concurrency: 1,
    handlers: {
      slow: () => {
        started++
        return finish.promise
      },
    },
  })
  await publish(database.db, { topic: 'slow', payload: {} })
  await publish(database.db, { topic: 'slow', payload: {} })
  await waitFor(() => started === 1, { what: 'the first handler to start' })
  let stopped = false
  const stopping = relay.stop().then(() => {
    stopped = true
    return stopped
  })
  await publish(database.db, { topic: 'slow', payload: {} })
  expect(stopped).toBe(false)
  finish.resolve()
  await stopping
  expect(started).toBe(1)
  expect(await rows()).toHaveLength(2)
})
