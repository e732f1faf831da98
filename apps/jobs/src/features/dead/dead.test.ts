import { describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { asRole, startCore } from '../../../test/jobs-service.ts'
import { useApi } from '../../../test/use-api.ts'
import { tenant } from '../../../test/use-core.ts'
import { jobState } from '../../db/schema.ts'
import type { Job } from '../jobs/schemas.ts'
import { defineJob } from '../kinds/define-job.ts'
import { Dead, Done } from '../kinds/outcome.ts'
import { createDeadLetters } from './service.ts'

let isBroken = true
const sent: { key: string; secret: unknown }[] = []
const parcel = defineJob({
  name: 'parcel.send',
  queue: 'parcels',
  payload: z.strictObject({ to: z.string() }),
  async handler({ effect, secret, payload }) {
    await effect('book', async (key) => {
      sent.push({ key, secret })
      return { providerRef: `ref-${payload.to}` }
    })
    return isBroken ? Dead('non_retryable', new Error('the depot is closed')) : Done('sent')
  },
})

const { backend, core, pool, rows, row, ended, ask } = await useApi([parcel])
const { dispatcher, enqueuer } = core
const redrive = (id: string, body: object = {}, headers = {}) =>
  ask('POST', `/dead/${id}/redrive`, body, headers)
/** @returns the id of the new job */
async function redriven(id: string, body: object = {}): Promise<string> {
  const response = await redrive(id, body)
  expect(response.statusCode, response.body).toBe(202)
  return response.json<Job>().id
}
const redriveMany = async (body: object) =>
  (await ask('POST', '/dead/redrives', body)).json<{
    matching: number
    redriven: number
    skipped: object[]
  }>()
const letterOf = async (jobId: string) =>
  (await pool.query('select * from dead where job_id = $1', [jobId])).rows[0]
async function died(secret?: Record<string, string>) {
  isBroken = true
  sent.length = 0
  const id = await enqueuer.enqueue(parcel, { to: 'Sari' }, { tenant, secret })
  await ended(id)
  return { id, letter: await letterOf(id) }
}
/** Dead letters without runs. */
const makeLetters = async (count: number) => {
  await pool.query(
    `with died as (
       insert into job (tenant, kind, queue, payload, state)
       select 'main', 'parcel.send', 'parcels', '{"to":"Budi"}', 11 from generate_series(1, $1) returning id
     )
     insert into dead (job_id, tenant, kind, queue, reason, fingerprint, first_failed_at, worker, release)
     select id, 'main', 'parcel.send', 'parcels', 'exhausted', 'f', now(), 'w', 'r' from died`,
    [count],
  )
}
const statuses = async () =>
  (await pool.query('select status, count(*)::int as count from dead group by 1 order by 1')).rows

describe('redrive', () => {
  test('makes a new job with its own id and attempts, which succeeds when the cause is fixed', async () => {
    const { id, letter } = await died()
    isBroken = false
    const next = await redriven(letter.id)
    expect(next).not.toBe(id)
    expect(await ended(next)).toMatchObject({
      state: jobState.done,
      result: 'sent',
      attempts: 0,
      rootId: id,
      redrivenFrom: letter.id,
      redriveNo: 1,
    })
    expect(await letterOf(id)).toMatchObject({
      status: 'redriven',
      redriven_job_id: next,
      resolved_by: 'admin-of-the-test',
      expires_at: expect.any(Date),
    })
  })

  test('repeats no effect without `forceEffects`', async () => {
    const { id, letter } = await died()
    const again = await redriven(letter.id)
    await ended(again)
    expect(sent.map(({ key }) => key)).toEqual([`${id}.book`])
    const forced = await redriven((await letterOf(again)).id, { forceEffects: true })
    await ended(forced)
    expect(sent.map(({ key }) => key)).toEqual([`${id}.book`, `${forced}.book`])
  })

  test.each([
    ['kept with the old root', {}],
    ['encrypted again for a new root', { forceEffects: true }],
  ])('gives the secret to the new job, %s, and wipes it from the old one', async (_what, options) => {
    const secret = { link: 'https://shop.example/?t=abc' }
    const { id, letter } = await died(secret)
    expect((await row(id)).secret).not.toBeNull()
    await pool.query('delete from effect')
    sent.length = 0
    await ended(await redriven(letter.id, options))
    expect(sent).toMatchObject([{ secret }])
    expect((await row(id)).secret).toBeNull()
  })

  test('of one letter by two people at once makes one job', async () => {
    const { letter } = await died()
    const both = await Promise.all([redrive(letter.id), redrive(letter.id)])
    expect(both.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)).toEqual([202, 409])
    expect(await rows()).toHaveLength(2)
  })

  test('with a payload that its kind refuses changes nothing', async () => {
    const { letter } = await died()
    const response = await redrive(letter.id, { payload: { to: 1 } })
    expect(response.json()).toMatchObject({ status: 422, code: 'invalid_payload' })
    expect(await statuses()).toEqual([{ status: 'open', count: 1 }])
    expect(await rows()).toHaveLength(1)
  })

  test('a fourth time needs force', async () => {
    const { id, letter } = await died()
    await pool.query('update job set redrive_no = 3 where id = $1', [id])
    expect((await redrive(letter.id)).json()).toMatchObject({ status: 409, code: 'redriven_too_often' })
    expect(await row(await redriven(letter.id, { force: true }))).toMatchObject({ redriveNo: 4 })
  })

  test('of a letter of another tenant finds nothing', async () => {
    const { letter } = await died()
    const response = await redrive(letter.id, {}, await asRole(backend, 'admin', 'other'))
    expect(response.json()).toMatchObject({ status: 404, code: 'dead_letter_not_found' })
  })

  test('of many makes one job for each, even by two people at once', async () => {
    isBroken = false
    await makeLetters(250)
    const results = await Promise.all([
      redriveMany({ filter: { kind: 'parcel.send' } }),
      redriveMany({ filter: {} }),
    ])
    expect(results.reduce((sum, { redriven }) => sum + redriven, 0)).toBe(250)
    expect(await statuses()).toEqual([{ status: 'redriven', count: 250 }])
    const made = (await rows()).filter(({ redrivenFrom }) => redrivenFrom !== null)
    expect(new Set(made.map(({ redrivenFrom }) => redrivenFrom)).size).toBe(250)
  })

  test('of many takes the oldest first, at most as many as asked, and leaves out those that it may not', async () => {
    await makeLetters(5)
    const { rows: oldest } = await pool.query<{ id: string; job_id: string }>(
      'select * from dead order by id',
    )
    await pool.query('update job set redrive_no = 3 where id = $1', [oldest[1]?.job_id])
    expect(await redriveMany({ filter: {}, max: 3 })).toEqual({
      matching: 5,
      redriven: 2,
      skipped: [{ id: oldest[1]?.id, reason: 'too_often' }],
    })
    const open = (await pool.query<{ id: string }>(`select id from dead where status = 'open' order by id`))
      .rows
    expect(open.map(({ id }) => id)).toEqual([oldest[1], oldest[3], oldest[4]].map((letter) => letter?.id))
  })

  test('of many leaves out a payload that could not be enqueued, and redrives the others', async () => {
    await makeLetters(2)
    const { rows: letters } = await pool.query<{ id: string; job_id: string }>(
      'select * from dead order by id',
    )
    const tooLarge = { to: 'x'.repeat(70_000) }
    await pool.query('update job set payload = $2 where id = $1', [letters[0]?.job_id, tooLarge])
    expect(await redriveMany({ filter: {} })).toEqual({
      matching: 2,
      redriven: 1,
      skipped: [{ id: letters[0]?.id, reason: 'invalid_payload' }],
    })
  })

  test('that stops in the middle is completed by the next one, without a second job for any letter', async () => {
    await makeLetters(30)
    const { rows: found } = await pool.query<{ id: string }>('select id from dead order by id')
    // As when the process dies between two transactions: some letters are closed, their jobs are not dispatched.
    const other = await startCore(backend, [parcel])
    const dying = createDeadLetters({
      ...other.core,
      enqueuer: { ...other.core.enqueuer, committed: () => {} },
    })
    const actor = { type: 'user', id: 'operator' } as const
    const by = { tenant, actor, requestId: 'r', sessionId: undefined, ip: '127.0.0.1', userAgent: '' }
    await dying.redriveMany({ ids: found.slice(0, 10).map(({ id }) => id) }, 1_000, by)
    await other.close()
    onTestFinished(() => void (isBroken = true))
    isBroken = false
    await redriveMany({ filter: {} })
    const made = (await rows()).filter(({ redrivenFrom }) => redrivenFrom !== null)
    expect(made).toHaveLength(30)
    await pool.query('update job set lease_until = now() where state = 1')
    await dispatcher.sweep()
    await Promise.all(made.map(({ id }) => ended(id)))
  })
})

test('a discard closes the letter with a note, wipes the secret and starts retention', async () => {
  const { id, letter } = await died({ link: 'x' })
  const response = await ask('POST', `/dead/${letter.id}/discard`, { note: 'the customer has left' })
  expect(response.statusCode, response.body).toBe(204)
  expect(await letterOf(id)).toMatchObject({
    status: 'discarded',
    note: 'the customer has left',
    resolved_by: 'admin-of-the-test',
  })
  expect(await row(id)).toMatchObject({ secret: null, expiresAt: expect.any(Date), state: jobState.dead })
  expect((await redrive(letter.id)).json()).toMatchObject({ status: 409, code: 'dead_letter_closed' })
})

test('a discard of many stops at its limit', async () => {
  await makeLetters(250)
  expect((await ask('POST', '/dead/discards', { filter: {}, max: 130 })).json()).toEqual({ discarded: 130 })
  expect(await statuses()).toEqual([
    { status: 'discarded', count: 130 },
    { status: 'open', count: 120 },
  ])
})

test('every change of a dead letter is an audit event in its transaction', async () => {
  const { letter } = await died()
  await redrive(letter.id, {}, { 'x-request-id': 'request-1' })
  const { rows: events } = await pool.query(`select payload from outbox where topic = 'audit.event'`)
  expect(events.map(({ payload }) => payload)).toMatchObject([
    {
      action: 'jobs.job_redriven',
      actor: { type: 'user', id: 'admin-of-the-test' },
      targets: [{ type: 'dead_letter', id: letter.id }],
      context: { requestId: 'request-1' },
    },
  ])
})
