import { waitFor } from '@fondasi/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { asRole } from '../../../test/jobs-service.ts'
import { useApi } from '../../../test/use-api.ts'
import { jobState } from '../../db/schema.ts'
import { defineJob, type RunContext } from '../kinds/define-job.ts'
import { Done, type Outcome } from '../kinds/outcome.ts'
import type { Job, JobDetails } from './schemas.ts'

let handle: (context: RunContext) => Promise<Outcome | void> = async () => Done('ok')
const runs: RunContext[] = []
const letter = defineJob({
  name: 'letter.write',
  queue: 'letters',
  payload: z.strictObject({ to: z.string().min(1) }),
  attempts: 1,
  deadlineMs: 600_000,
  async handler(context) {
    runs.push(context)
    return handle(context)
  },
})
const careful = defineJob({ ...letter, name: 'letter.once', requireKey: true, handler: async () => {} })

const { backend, ask, pool, rows, row, ended } = await useApi([letter, careful])
const body = { kind: 'letter.write', payload: { to: 'Sari' } }
const later = { ...body, delaySeconds: 3_600 }
const enqueue = (payload: object = body, headers = {}) => ask('POST', '/jobs', payload, headers)
const read = async (id: string) => (await ask('GET', `/jobs/${id}`)).json<JobDetails>()
const untilAborted = ({ signal }: RunContext) =>
  new Promise<void>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
  })
async function runningJob(): Promise<string> {
  runs.length = 0
  handle = untilAborted
  onTestFinished(() => {
    handle = async () => Done('ok')
  })
  const { id } = (await enqueue()).json<Job>()
  await waitFor(() => runs.length === 1, { what: 'the run', timeoutMs: 60_000 })
  return id
}

describe('enqueue', () => {
  test('a job is accepted with 202 and its location, and runs', async () => {
    const response = await enqueue()
    expect(response.statusCode, response.body).toBe(202)
    const { id } = response.json<Job>()
    expect(response.headers['location']).toBe(`http://localhost:4103/v1/jobs/${id}`)
    await ended(id)
    expect(await read(id)).toMatchObject({ state: 'done', result: 'ok', payload: { to: 'Sari' }, runs: [] })
  })

  test('a batch is enqueued as a whole, in its order, or not at all', async () => {
    const jobs = ['a', 'b', 'c', 'd'].map((to) => ({ ...later, payload: { to } }))
    const response = await ask('POST', '/jobs/batch', { jobs })
    expect(response.statusCode, response.body).toBe(202)
    const ids = response.json<{ items: Job[] }>().items.map(({ id }) => id)
    expect((await Promise.all(ids.map(read))).map(({ payload }) => payload)).toEqual(
      jobs.map(({ payload }) => payload),
    )
    const bad = await ask('POST', '/jobs/batch', { jobs: [...jobs, { ...later, payload: { to: '' } }] })
    expect(bad.statusCode).toBe(422)
    expect(await rows()).toHaveLength(4)
  })

  test('a kind that requires a key is refused without one, also in a batch', async () => {
    const request = { ...body, kind: 'letter.once' }
    const key = { 'idempotency-key': 'k' }
    for (const [url, payload] of [
      ['/jobs', request],
      ['/jobs/batch', { jobs: [later, request] }],
    ] as const) {
      expect((await ask('POST', url, payload)).json()).toMatchObject({
        status: 400,
        code: 'idempotency_key_required',
      })
      expect((await ask('POST', url, payload, key)).statusCode).toBe(202)
    }
  })

  test('a problem of a payload says where it is', async () => {
    const response = await enqueue({ ...body, payload: { to: 1 } })
    expect(response.json()).toMatchObject({
      status: 422,
      code: 'invalid_payload',
      errors: [{ pointer: '/body/payload/to' }],
    })
  })
})

describe.each([
  ['single', '/jobs', later, { ...later, payload: { to: 'Budi' } }],
  ['batch', '/jobs/batch', { jobs: [later, later] }, { jobs: [later] }],
])('an idempotency key (%s)', (_what, url, first, other) => {
  const key = { 'idempotency-key': 'key-1' }
  const idsOf = (response: Awaited<ReturnType<typeof ask>>) => {
    const { items, id } = response.json<{ items?: Job[]; id: string }>()
    return items?.map((each) => each.id) ?? [id]
  }

  test('returns the same jobs again, in their present state', async () => {
    const before = await ask('POST', url, first, key)
    expect(before.headers['idempotent-replayed']).toBeUndefined()
    const ids = idsOf(before)
    for (const id of ids) await ask('POST', `/jobs/${id}/cancel`)
    const again = await ask('POST', url, first, { 'idempotency-key': '"key-1"' })
    expect(again.statusCode).toBe(202)
    expect(again.headers['idempotent-replayed']).toBe('true')
    expect(idsOf(again)).toEqual(ids)
    expect(again.body).toContain('"state":"cancelled"')
    expect(await rows()).toHaveLength(ids.length)
  })

  test('with another body is refused', async () => {
    await ask('POST', url, first, key)
    expect((await ask('POST', url, other, key)).json()).toMatchObject({
      status: 422,
      code: 'idempotency_key_reused',
    })
  })

  test('of another tenant is another key', async () => {
    await ask('POST', url, first, key)
    const response = await ask('POST', url, other, { ...key, ...(await asRole(backend, 'admin', 'other')) })
    expect(response.statusCode).toBe(202)
  })

  test('at once, many times, makes one set of jobs', async () => {
    const responses = await Promise.all(Array.from({ length: 8 }, () => ask('POST', url, first, key)))
    const accepted = responses.filter(({ statusCode }) => statusCode === 202)
    expect(responses.filter(({ statusCode }) => statusCode !== 202 && statusCode !== 409)).toEqual([])
    expect(new Set(accepted.map((response) => idsOf(response).join())).size).toBe(1)
    expect(await rows()).toHaveLength('jobs' in first ? 2 : 1)
  })
})

describe('cancel', () => {
  test('a job that waits never runs', async () => {
    runs.length = 0
    const { id } = (await enqueue(later)).json<Job>()
    const response = await ask('POST', `/jobs/${id}/cancel`)
    expect([response.statusCode, response.json<Job>().state]).toEqual([202, 'cancelled'])
    await pool.query('update job set run_at = now()')
    expect(await row(id)).toMatchObject({
      state: jobState.cancelled,
      secret: null,
      expiresAt: expect.any(Date),
    })
    expect(runs).toEqual([])
  })

  test('a run in another process is aborted, and leaves no dead letter', async () => {
    const id = await runningJob()
    expect((await read(id)).activity).toBe('active')
    await ask('POST', `/jobs/${id}/cancel`)
    await waitFor(() => runs[0]?.signal.aborted, { what: 'the abort' })
    expect(await row(id)).toMatchObject({ state: jobState.cancelled })
    expect((await pool.query('select from dead')).rowCount).toBe(0)
  })

  test('twice is the same as once', async () => {
    const { id } = (await enqueue(later)).json<Job>()
    await ask('POST', `/jobs/${id}/cancel`)
    expect((await ask('POST', `/jobs/${id}/cancel`)).statusCode).toBe(202)
    const { rows: events } = await pool.query(`select payload->>'action' as action from outbox`)
    expect(events).toEqual([{ action: 'jobs.job_cancelled' }])
  })
})

test.each([jobState.done, jobState.dead])(
  'a job in the final state %i cannot be cancelled',
  async (state) => {
    const { id } = (await enqueue(later)).json<Job>()
    await pool.query('update job set state = $2 where id = $1', [id, state])
    expect((await ask('POST', `/jobs/${id}/cancel`)).json()).toMatchObject({ status: 409, code: 'job_final' })
    expect((await row(id)).state).toBe(state)
  },
)

describe('lists', () => {
  test('are by tenant, newest first, filtered, page by page', async () => {
    const made = []
    for (let n = 0; n < 5; n += 1) made.push((await enqueue(later)).json<Job>().id)
    await enqueue(later, await asRole(backend, 'admin', 'other'))
    await ask('POST', `/jobs/${made[2]}/cancel`)
    const list = async (query: string) =>
      (await ask('GET', `/jobs?${query}`)).json<{ items: Job[]; page: { next: string | null } }>()
    const first = await list('limit=3')
    const second = await list(`limit=3&cursor=${first.page.next}`)
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(made.toReversed())
    expect((await list('state=cancelled')).items.map(({ id }) => id)).toEqual([made[2]])
    expect((await list('kind=letter.once')).items).toEqual([])
  })

  test('a job of another tenant is like a missing one', async () => {
    const { id } = (await enqueue(later)).json<Job>()
    const other = await asRole(backend, 'admin', 'other')
    for (const [method, url] of [
      ['GET', `/jobs/${id}`],
      ['POST', `/jobs/${id}/cancel`],
      ['POST', `/jobs/${id}/release`],
    ] as const)
      expect((await ask(method, url, undefined, other)).json()).toMatchObject({
        status: 404,
        code: 'job_not_found',
      })
  })
})

test('a job that was set aside shows why, and is released', async () => {
  const { id } = (await enqueue(later)).json<Job>()
  await pool.query(`insert into set_aside (job_id, step, reason) values ($1, 'claim', 'planted')`, [id])
  expect((await read(id)).setAside).toMatchObject({ step: 'claim', reason: 'planted' })
  expect((await ask('POST', `/jobs/${id}/release`)).statusCode).toBe(202)
  expect((await read(id)).setAside).toBeNull()
})
