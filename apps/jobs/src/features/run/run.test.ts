import { waitFor } from '@fondasi/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { asAdmin, tenant, useWorker } from '../../../test/use-core.ts'
import { jobState } from '../../db/schema.ts'
import { defineJob, type RunContext } from '../kinds/define-job.ts'
import { Cancelled, Dead, Done, type Outcome, Retry, Snooze } from '../kinds/outcome.ts'
import { exponential } from './backoff.ts'

/** What the next runs of `act.now` do, in order; afterwards they succeed. */
let acts: ((context: RunContext) => Promise<Outcome | void>)[] = []
const seen: RunContext[] = []
const quick = exponential({ baseMs: 1, capMs: 5 })
const act = defineJob({
  name: 'act.now',
  queue: 'acts',
  payload: z.strictObject({ n: z.int() }),
  attempts: 3,
  backoff: quick,
  deadlineMs: 60_000,
  classify: (error) => (error instanceof RangeError ? Dead('non_retryable', error) : undefined),
  async handler(context) {
    seen.push(context)
    return acts.shift()?.(context)
  },
})
const brief = defineJob({
  ...act,
  name: 'act.briefly',
  payload: z.any(),
  deadlineMs: 50,
  handler: async (context) => acts.shift()?.(context),
})
const durable = defineJob({
  ...act,
  name: 'act.durably',
  payload: z.any(),
  durable: true,
  handler: async () => Done('kept'),
})

/** What the runs of `act.alone` did, in order. */
const steps: string[] = []
const alone = defineJob({
  ...act,
  name: 'act.alone',
  queue: 'alone',
  payload: z.any(),
  concurrency: 1,
  async handler({ id, progress }) {
    steps.push(`${id} starts`)
    // Long enough for BullMQ to fetch another job, if it may.
    for (let percent = 0; percent < 100; percent += 1) await progress(percent)
    steps.push(`${id} ends`)
  },
})

const { backend, core, pool, row, ended } = await useWorker([act, brief, durable, alone])
const { enqueuer } = core

async function enqueue(...next: typeof acts): Promise<string> {
  acts = next
  seen.length = 0
  return enqueuer.enqueue(act, { n: 1 }, { tenant })
}
const attemptsOf = async (id: string) =>
  (await pool.query('select * from attempt where job_id = $1 order by n', [id])).rows
const deadOf = async (id: string) => (await pool.query('select * from dead where job_id = $1', [id])).rows[0]
const fail = (error: unknown) => async () => {
  throw error
}

describe('a job that succeeds', () => {
  test('is done, with its result, and leaves no attempt', async () => {
    const id = await enqueue(async () => Done({ rows: 3 }))
    expect(await ended(id)).toMatchObject({
      state: jobState.done,
      result: { rows: 3 },
      attempts: 0,
      fence: 0,
    })
    expect(await attemptsOf(id)).toEqual([])
  })

  test('starts first without a query: its fence is 0', async () => {
    const id = await enqueue()
    expect(await ended(id)).toMatchObject({ fence: 0, dispatchNo: 1, result: null })
    expect(seen).toMatchObject([{ id, rootId: id, tenant, attempt: 1, payload: { n: 1 }, secret: undefined }])
  })

  test('gets its secret, which is encrypted until then and wiped afterwards', async () => {
    const secret = { link: 'https://shop.example/reset?token=abc' }
    acts = []
    const id = await enqueuer.enqueue(act, { n: 1 }, { tenant, secret, delayMs: 60_000 })
    expect(JSON.stringify(await row(id))).not.toContain('abc')
    await pool.query('update job set run_at = now() where id = $1', [id])
    await core.dispatcher.sweep()
    expect(await ended(id)).toMatchObject({ state: jobState.done, secret: null })
    expect(seen.at(-1)?.secret).toEqual(secret)
  })

  test('of a durable kind is in the ledger before BullMQ calls it done', async () => {
    const id = await enqueuer.enqueue(durable, {}, { tenant })
    expect(await ended(id)).toMatchObject({ state: jobState.done, result: 'kept' })
  })

  test('records any result that a handler returns, however hostile', async () => {
    const hostile = ['x\0\uD800', 'x'.repeat(1_000_000)]
    for (const result of hostile) {
      const id = await enqueue(async () => Done(result))
      expect((await ended(id)).state).toBe(jobState.done)
    }
  })
})

describe('a job that fails', () => {
  test('is tried again after the backoff, and each failure is an attempt', async () => {
    const id = await enqueue(fail(new Error('first')), async () => Retry(new TypeError('second'), 1))
    expect(await ended(id)).toMatchObject({ state: jobState.done, attempts: 2 })
    expect(await attemptsOf(id)).toMatchObject([
      { n: 1, outcome: 'failed', error_class: 'Error', message: 'first', retry_at: expect.any(Date) },
      { n: 2, outcome: 'failed', error_class: 'TypeError', message: 'second', retry_at: expect.any(Date) },
    ])
    expect(seen.map(({ attempt }) => attempt)).toEqual([1, 2, 3])
  })

  test('every time is dead after its last attempt, with reason, stack and all attempts', async () => {
    const error = new Error('outer', { cause: new Error('inner') })
    const id = await enqueue(fail(error), fail(error), fail(error))
    expect(await ended(id)).toMatchObject({ state: jobState.dead, attempts: 3, expiresAt: null })
    expect(await attemptsOf(id)).toHaveLength(3)
    expect(await deadOf(id)).toMatchObject({
      reason: 'exhausted',
      kind: 'act.now',
      error_class: 'Error',
      message: 'outer',
      stack: expect.stringContaining('caused by: Error: inner'),
      status: 'open',
      fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
    })
  })

  test.each([
    ['says so', async () => Dead('endpoint_disabled', new Error('gone')), 'endpoint_disabled'],
    ['throws what its kind classifies as dead', fail(new RangeError('gone')), 'non_retryable'],
  ])('is dead at once when it %s', async (_what, handler, reason) => {
    const id = await enqueue(handler)
    expect(await ended(id)).toMatchObject({ state: jobState.dead, attempts: 1 })
    expect(await deadOf(id)).toMatchObject({ reason, message: 'gone' })
  })

  test.each([
    ['a NUL and half of a surrogate pair', new Error('a\0b\uD800')],
    ['five megabytes', new Error('x'.repeat(5_000_000))],
    ['nothing', undefined],
  ])('with an error of %s is recorded like any other', async (_what, error) => {
    const id = await enqueue(fail(error))
    expect((await ended(id)).state).toBe(jobState.done)
    expect(await attemptsOf(id)).toMatchObject([{ n: 1, outcome: 'failed' }])
  })

  test('by reaching its deadline uses an attempt each time, and is dead after the last one', async () => {
    const untilAborted = ({ signal }: RunContext) =>
      new Promise<void>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
      })
    acts = [untilAborted, untilAborted, untilAborted]
    const id = await enqueuer.enqueue(brief, {}, { tenant })
    expect((await ended(id)).state).toBe(jobState.dead)
    expect((await attemptsOf(id)).map(({ outcome }) => outcome)).toEqual(['timeout', 'timeout', 'timeout'])
    expect(await deadOf(id)).toMatchObject({ reason: 'timeout' })
  })
})

describe('a job that cannot run', () => {
  const insert = async (columns: Record<string, unknown>) => {
    const { rows } = await pool.query<{ id: string }>(
      `insert into job (tenant, kind, queue, payload, payload_version, start_by)
       select 'main', kind, 'acts', payload, version, start_by from jsonb_to_record($1)
       as new (kind text, payload jsonb, version int, start_by timestamptz) returning id`,
      [{ kind: 'act.now', payload: { n: 1 }, version: 1, ...columns }],
    )
    await core.dispatcher.sweep()
    return rows[0]?.id ?? ''
  }
  test.each([
    ['is of an unknown kind', { kind: 'act.never' }, 'unknown_kind', 'this release has no kind "act.never"'],
    ['has an invalid payload', { payload: { n: 'x' } }, 'invalid_payload', expect.stringMatching(/^\/n: /)],
    ['comes too late', { start_by: '2020-01-01' }, 'expired', 'the job was not started in time'],
  ])('because it %s is dead at once', async (_what, columns, reason, message) => {
    const id = await insert(columns)
    expect((await ended(id)).state).toBe(jobState.dead)
    expect(await deadOf(id)).toMatchObject({ reason, message })
  })

  test('because a newer release made its payload waits for a worker of that release', async () => {
    const id = await insert({ version: 2 })
    await waitFor(async () => (await attemptsOf(id)).length > 0, { what: 'a snooze' })
    const [left] = await attemptsOf(id)
    expect(left).toMatchObject({ outcome: 'snoozed' })
    expect(await row(id)).toMatchObject({ state: jobState.queued, attempts: 0 })
  })
})

test('no more jobs of a queue run at once than its kind allows, and the deadline of a waiting job has not started', async () => {
  const ids = await Promise.all(Array.from({ length: 5 }, () => enqueuer.enqueue(alone, {}, { tenant })))
  await Promise.all(ids.map(ended))
  const order = steps.filter((step) => step.endsWith('starts'))
  expect(steps).toEqual(order.flatMap((start) => [start, start.replace('starts', 'ends')]))
})

test('a snooze uses no attempt', async () => {
  const snooze = async () => Snooze(1)
  const id = await enqueue(snooze, snooze, snooze, snooze)
  expect(await ended(id)).toMatchObject({ state: jobState.done, attempts: 0 })
  expect((await attemptsOf(id)).map(({ outcome }) => outcome)).toEqual(Array(4).fill('snoozed'))
  expect(seen.map(({ attempt }) => attempt)).toEqual([1, 1, 1, 1, 1])
})

test('a handler that no longer needs its job ends it without a dead letter', async () => {
  const id = await enqueue(async () => Cancelled())
  expect(await ended(id)).toMatchObject({ state: jobState.cancelled, expiresAt: expect.any(Date) })
  expect(await deadOf(id)).toBeUndefined()
})

test('a cursor survives a failed run', async () => {
  const id = await enqueue(async ({ cursor }) => {
    await cursor.save({ line: 400 })
    throw new Error('half-way')
  })
  await ended(id)
  expect(seen.map(({ cursor }) => cursor.value)).toEqual([undefined, { line: 400 }])
})

test('a result that comes after the fence has moved on is rejected', async () => {
  const gate = Promise.withResolvers<void>()
  const id = await enqueue(async () => {
    await gate.promise
    return Done('too late')
  })
  await waitFor(() => seen.length === 1, { what: 'the run to start' })
  await pool.query('update job set fence = 7 where id = $1', [id])
  gate.resolve()
  await waitFor(async () => (await core.queues.of('acts', 'normal')?.getJob(id))?.finishedOn, {
    what: 'the run to end',
  })
  await waitFor(() => core.jobsMetrics.fenced.get().then(({ values }) => values[0]?.value === 1), {
    what: 'the rejection',
  })
  expect(await row(id)).toMatchObject({ result: null, fence: 7 })
})

describe('a failure that the ledger refuses to record', () => {
  const setAside = async () => (await pool.query('select job_id, step, reason from set_aside')).rows
  const refuseInserts = async (...tables: string[]) => {
    onTestFinished(accept)
    await asAdmin(
      backend,
      `create function refuse() returns trigger language plpgsql as $$ begin raise 'refused'; end $$;
       ${tables.map((table) => `create trigger refused before insert on ${table} execute function refuse();`).join('')}`,
    )
  }
  const accept = () => asAdmin(backend, 'drop function if exists refuse cascade')

  test('sets its job aside for a person, with the reason', async () => {
    await refuseInserts('attempt')
    const id = await enqueue(fail(new Error('first')))
    await waitFor(async () => (await setAside()).length > 0, { what: 'the job to be set aside' })
    expect(await setAside()).toEqual([{ job_id: id, step: 'complete', reason: 'refused' }])
    expect(await row(id)).toMatchObject({ state: jobState.queued, attempts: 0 })
  })

  test('delays its job when setting it aside fails too, and the job then runs again', async () => {
    await refuseInserts('attempt', 'set_aside')
    const id = await enqueue(fail(new Error('first')))
    const queue = core.queues.of('acts', 'normal')
    await waitFor(async () => (await queue?.getJobState(id)) === 'delayed', { what: 'the delay' })
    await accept()
    await (await queue?.getJob(id))?.promote()
    expect(await ended(id)).toMatchObject({ state: jobState.done, attempts: 0 })
    expect(await setAside()).toEqual([])
  })
})
