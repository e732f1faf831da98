import { withTransaction } from '@fondasi/postgres'
import { type TestDatabase, waitFor } from '@fondasi/testing'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createOutboxDatabase, readOutbox, sealer, skipPauses, startRelay } from '../test/outbox-database.ts'
import { type Message, outboxMetrics, publish, RefusedError, UndeliverableError } from './index.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createOutboxDatabase()
})
afterEach(() => database.truncate())
afterAll(() => database.drop())

const publishMany = (count: number) =>
  withTransaction(database.db, async (tx) => {
    for (let n = 1; n <= count; n++) await publish(tx, { topic: 'batch', payload: { n } })
  })
const numberOf = ({ payload }: Message) => Number(payload['n'])

test('batch: a handler gets as many messages at once as it accepts, and each message once', async () => {
  await publishMany(250)
  const calls: number[][] = []
  const deliver = async (messages: readonly Message[]) => {
    calls.push(messages.map(numberOf))
    return new Map()
  }
  const { registry } = startRelay({ url: database.url, handlers: { batch: { maxMessages: 100, deliver } } })
  await waitFor(async () => (await readOutbox(database)).length === 0, { what: 'an empty outbox' })
  expect(calls.map((call) => call.length)).toEqual([100, 100, 50])
  expect(new Set(calls.flat()).size).toBe(250)
  expect(await registry.metrics()).toContain(`${outboxMetrics.delivered}{topic="batch"} 250`)
})

test('batch: a message that fails takes no other message with it', async () => {
  await publishMany(5)
  await publish(database.db, {
    topic: 'batch',
    payload: { n: 6 },
    secret: { sealer: { ...sealer, seal: () => Buffer.alloc(40, 1) }, values: {} },
  })
  const seen: number[] = []
  const deliver = async (messages: readonly Message[]) => {
    seen.push(...messages.map(numberOf))
    const failures = new Map<string, unknown>()
    for (const message of messages) {
      if (numberOf(message) === 2) failures.set(message.id, new UndeliverableError('not valid'))
      if (numberOf(message) === 3) failures.set(message.id, new RefusedError('no such mailbox'))
      if (numberOf(message) === 4) failures.set(message.id, new Error('away'))
    }
    return failures
  }
  const relay = startRelay({ url: database.url, handlers: { batch: { maxMessages: 10, deliver } } })
  await waitFor(async () => (await readOutbox(database)).every(({ lastError }) => lastError !== null), {
    what: 'every result',
  })
  await relay.stop()
  const kept = await readOutbox(database)
  expect(
    new Map(kept.map(({ payload, ...row }) => [payload['n'], [row.lastError, row.deadAt !== null]])),
  ).toEqual(
    new Map([
      [2, ['not valid', true]],
      [4, ['away', false]],
      [6, ['Unsupported state or unable to authenticate data', true]],
    ]),
  )
  expect(new Set(seen)).toEqual(new Set([1, 2, 3, 4, 5]))
})

test('batch: if the handler throws, every message fails with its reason and is retried', async () => {
  await publishMany(3)
  let calls = 0
  const deliver = async () => {
    if (++calls === 1) throw new Error('receiver away')
    return new Map()
  }
  startRelay({ url: database.url, handlers: { batch: { maxMessages: 10, deliver } } })
  await waitFor(
    async () => (await readOutbox(database)).every(({ lastError }) => lastError === 'receiver away'),
    {
      what: 'three failures',
    },
  )
  await waitFor(
    async () => {
      await skipPauses(database)
      return (await readOutbox(database)).length === 0
    },
    { what: 'the next attempts', timeoutMs: 60_000 },
  )
})

test('batch: a batch that hangs does not delay the messages of other handlers', async () => {
  await publishMany(3)
  const hanging = Promise.withResolvers<Map<string, unknown>>()
  let started = 0
  const deliver = () => {
    started++
    return hanging.promise
  }
  let delivered = 0
  startRelay({
    url: database.url,
    concurrency: 1,
    handlers: { batch: { maxMessages: 2, deliver }, single: async () => void delivered++ },
  })
  await waitFor(() => started === 1, { what: 'the batch to start' })
  for (let n = 0; n < 5; n++) await publish(database.db, { topic: 'single', payload: {} })
  await waitFor(() => delivered === 5, { what: 'the other messages' })
  expect(started).toBe(1)
  hanging.resolve(new Map())
  await waitFor(async () => (await readOutbox(database)).length === 0, { what: 'an empty outbox' })
  expect(started).toBe(2)
})
