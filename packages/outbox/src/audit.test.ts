import { type TestDatabase } from '@fondasi/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createOutboxDatabase } from '../test/outbox-database.ts'
import { audit, auditTopic, outbox } from './index.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createOutboxDatabase()
})
afterAll(() => database.drop())

test('audit: an event becomes a message with the event’s id', async () => {
  const id = '019b0000-0000-7000-8000-000000000002'
  await audit(database.db, {
    id,
    action: 'auth.session_ended',
    outcome: 'success',
    actor: { type: 'user', id: 'u1' },
    targets: [{ type: 'session', id: 's1' }],
    context: { requestId: 'r1', source: 'auth' },
    occurredAt: new Date('2026-01-02T03:04:05.678Z'),
    private: [{ subject: 'user:u1', values: { ip: '127.0.0.1' } }],
  })
  expect(await database.db.select().from(outbox)).toMatchObject([
    {
      id,
      topic: auditTopic,
      requestId: 'r1',
      payload: {
        v: 1,
        action: 'auth.session_ended',
        outcome: 'success',
        actor: { type: 'user', id: 'u1' },
        targets: [{ type: 'session', id: 's1' }],
        context: { requestId: 'r1', source: 'auth' },
        occurredAt: '2026-01-02T03:04:05.678Z',
        private: [{ subject: 'user:u1', values: { ip: '127.0.0.1' } }],
      },
    },
  ])
})
