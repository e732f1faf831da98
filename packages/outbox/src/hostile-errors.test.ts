import { type TestDatabase, waitFor } from '@fondasi/testing'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createOutboxDatabase, readOutbox, startRelay } from '../test/outbox-database.ts'
import { publish } from './index.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createOutboxDatabase()
})
afterEach(() => database.truncate())
afterAll(() => database.drop())

const cyclic = new Error('cyclic')
cyclic.cause = cyclic
const unreadable = Object.defineProperty(new Error(), 'message', {
  get() {
    throw new Error('no message')
  },
})

test.each([
  ['a message with NUL', new Error('a\u0000b'), 'a b'],
  ['a message with half a surrogate pair', new Error('a\uD83Db \uDE00'), 'a\uFFFDb \uFFFD'],
  ['a message of 10 MB', new Error('no '.repeat(3_500_000)), 'no '.repeat(167).slice(0, 500)],
  [
    'a message that is not a text',
    Object.assign(new Error(), { message: { status: 500 } }),
    '[object Object]',
  ],
  ['a cause that is the error itself', cyclic, 'cyclic'],
  [
    'an object without a prototype',
    Object.create(null),
    'the delivery failed with an error that cannot be read',
  ],
  [
    'an error whose message cannot be read',
    unreadable,
    'the delivery failed with an error that cannot be read',
  ],
  ['nothing', undefined, 'undefined'],
])('failure: is recorded although the handler threw %s', async (_, thrown, reason) => {
  startRelay({ url: database.url, handlers: { hostile: () => Promise.reject(thrown) } })
  await publish(database.db, { topic: 'hostile', payload: {} })
  await waitFor(async () => (await readOutbox(database))[0]?.lastError != null, {
    what: 'the failure to be recorded',
  })
  expect((await readOutbox(database))[0]?.lastError).toBe(reason)
})
