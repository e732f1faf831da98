import { expect, test } from 'vitest'
import { z } from 'zod'
import { collectKinds, defineJob, type RunContext } from './define-job.ts'
import { Done } from './outcome.ts'

const greet = defineJob({
  name: 'greeting.send',
  queue: 'greetings',
  payload: z.strictObject({ to: z.string().min(1), times: z.int().default(1) }),
  handler: async ({ payload }) => Done(`${payload.to} ${payload.times}`),
})

const context: RunContext = {
  id: '01936f0e-8a3c-7cc2-9d1e-000000000001',
  rootId: '01936f0e-8a3c-7cc2-9d1e-000000000001',
  tenant: 'main',
  attempt: 1,
  secret: undefined,
  signal: new AbortController().signal,
  // The handler above writes no log.
  log: Object.create(null),
  progress: async () => {},
  effect: async (_step, perform) => perform(''),
  cursor: { value: undefined, save: async () => {} },
}

test('a handler gets the payload as its schema parsed it', async () => {
  const prepared = greet.prepare({ to: 'Sari' })
  if ('issues' in prepared) throw new Error('the payload is valid')
  expect(await prepared.run(context)).toEqual(Done('Sari 1'))
})

test('an invalid payload is refused with a JSON pointer for each problem', () => {
  expect(greet.prepare({ to: '', times: 0.5 })).toMatchObject({
    issues: [{ pointer: '/to' }, { pointer: '/times' }],
  })
  expect(greet.prepare(null)).toMatchObject({ issues: [{ pointer: '' }] })
})

test('a kind that names nothing else gets the defaults', () => {
  const { version, attempts, deadlineMs, durable, requireKey, effects } = greet
  expect({ version, attempts, deadlineMs, durable, requireKey, effects }).toEqual({
    version: 1,
    attempts: 8,
    deadlineMs: 30_000,
    durable: false,
    requireKey: false,
    effects: 'resend',
  })
  expect(greet.classify(new Error('any'))).toBeUndefined()
})

test('two kinds with one name, and names that BullMQ refuses, are found at the start', () => {
  expect(() => collectKinds([greet, greet])).toThrow('same name')
  for (const queue of ['a:b', 'Mail', '', 'mail-quarantine'])
    expect(() => collectKinds([{ ...greet, queue }]), queue).toThrow('cannot be named')
  expect(collectKinds([greet]).queues).toEqual(['greetings'])
})
