import { withTransaction } from '@fondasi/postgres'
import { waitFor } from '@fondasi/testing'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { startCore } from '../../../test/jobs-service.ts'
import { asAdmin, tenant, useCore } from '../../../test/use-core.ts'
import { jobState } from '../../db/schema.ts'
import { defineJob } from '../kinds/define-job.ts'
import { completeRuns } from '../run/repository.ts'
import { listQueued, returnLost } from './repository.ts'

// No worker runs here: what reaches BullMQ stays there.
const note = defineJob({ name: 'note.take', queue: 'notes', payload: z.unknown(), handler: async () => {} })
const { backend, core, pool, row, rows } = await useCore([note])
const { db, dispatcher, enqueuer, reconcile, queues } = core
beforeEach(() => backend.redis.flush())

const enqueue = (options: { delayMs?: number; priority?: number } = {}) =>
  enqueuer.enqueue(note, { text: 'hello' }, { tenant, ...options })
const inState = (id: string, state: number) =>
  waitFor(async () => (await row(id)).state === state, { what: `job ${id} in state ${state}` })
const queued = async (options = {}) => {
  const id = await enqueue(options)
  await inState(id, jobState.queued)
  return id
}
const entry = (id: string) => queues.of('notes', 'normal')?.getJob(id)
const set = (id: string, assignments: string) =>
  pool.query(`update job set ${assignments} where id = $1`, [id])
const setAside = async () => (await pool.query('select job_id, step, reason from set_aside')).rows

describe('enqueue', () => {
  test('a job that is due is in BullMQ within milliseconds, under its own id', async () => {
    const id = await queued({ priority: 5 })
    expect(await row(id)).toMatchObject({
      dispatchNo: 1,
      leaseOwner: null,
      queuedAt: expect.any(Date),
      rootId: id,
    })
    expect(await entry(id)).toMatchObject({
      name: 'note.take',
      data: { tenant, payload: { text: 'hello' } },
      priority: 5,
    })
  })

  test('a job exists if and only if the transaction of its caller commits', async () => {
    const refused = withTransaction(db, async (tx) => {
      await enqueuer.insert(tx, [{ kind: note, payload: 1, tenant }])
      throw new Error('rolled back')
    })
    await expect(refused).rejects.toThrow('rolled back')
    expect(await rows()).toEqual([])
    const inserted = await withTransaction(db, (tx) =>
      enqueuer.insert(tx, [{ kind: note, payload: 1, tenant }]),
    )
    enqueuer.committed(inserted)
    await inState(inserted[0]?.id ?? '', jobState.queued)
  })

  test('a process that dies after the commit leaves its job to others, when its lease ends', async () => {
    const [inserted] = await withTransaction(db, (tx) =>
      enqueuer.insert(tx, [{ kind: note, payload: 1, tenant }]),
    )
    const id = inserted?.id ?? ''
    await dispatcher.sweep()
    expect(await row(id)).toMatchObject({ state: jobState.dispatching, leaseOwner: core.owner })
    await set(id, "lease_until = now() - interval '1 ms'")
    await dispatcher.sweep()
    expect(await row(id)).toMatchObject({ state: jobState.queued, dispatchNo: 2 })
  })

  test('a job that is due later waits in the ledger, and a few seconds before in BullMQ', async () => {
    const id = await enqueue({ delayMs: 60_000 })
    await dispatcher.sweep()
    expect(await row(id)).toMatchObject({ state: jobState.pending, dispatchNo: 0 })
    await set(id, "run_at = now() + interval '4 seconds'")
    await dispatcher.sweep()
    expect(await row(id)).toMatchObject({ state: jobState.queued })
    const delay = (await entry(id))?.delay ?? 0
    expect(delay).toBeGreaterThan(0)
    expect(delay).toBeLessThanOrEqual(4_000)
  })

  test('a job of a paused queue waits in the ledger until the queue runs again', async () => {
    await pool.query("insert into queue (name, paused_at) values ('notes', now())")
    const id = await enqueue()
    await dispatcher.sweep()
    expect((await row(id)).state).toBe(jobState.pending)
    await pool.query('delete from queue')
    await dispatcher.sweep()
    expect((await row(id)).state).toBe(jobState.queued)
  })

  test('rows that other programs insert with SQL are jobs like any other', async () => {
    const { rows: inserted } = await pool.query<{ id: string; root_id: string }>(
      `insert into job (tenant, kind, queue, payload) values ('main', 'note.take', 'notes', '1') returning id, root_id`,
    )
    const id = inserted[0]?.id ?? ''
    expect(inserted[0]?.root_id).toBe(id)
    await dispatcher.sweep()
    expect((await row(id)).state).toBe(jobState.queued)
  })

  test.each([
    [
      'does not match its schema',
      defineJob({ name: 'note.strict', queue: 'notes', payload: z.string(), handler: async () => {} }),
      { a: 1 },
      'invalid_payload',
    ],
    ['is larger than 64 KiB', note, 'x'.repeat(65_535), 'payload_too_large'],
    ['has a NUL', note, 'a\0b', 'invalid_payload'],
    ['has half of a surrogate pair', note, { a: '\uD800' }, 'invalid_payload'],
  ])('a payload that %s is refused', async (_what, kind, payload, code) => {
    await expect(enqueuer.insert(db, [{ kind, payload, tenant }])).rejects.toMatchObject({ code })
    expect(await rows()).toEqual([])
  })

  test('two dispatchers at once claim each job once', async () => {
    const other = await startCore(backend, [note])
    onTestFinished(() => other.close())
    await pool.query(
      `insert into job (tenant, kind, queue, payload) select 'main', 'note.take', 'notes', '1' from generate_series(1, 1200)`,
    )
    while ((await Promise.all([dispatcher.sweep(), other.core.dispatcher.sweep()])).some(Boolean));
    await waitFor(async () => (await rows()).every(({ state }) => state === jobState.queued), {
      what: 'all claims',
    })
    expect((await rows()).filter(({ dispatchNo }) => dispatchNo !== 1)).toEqual([])
  })
})

describe('one bad row never blocks the others', () => {
  /** Makes every change of a row fail from now on. */
  const plant = async (id: string, when: string) => {
    const constraint = `check (id <> '${id}' or not (${when})) not valid`
    await asAdmin(backend, `alter table job add constraint planted ${constraint}`)
    onTestFinished(() => asAdmin(backend, 'alter table job drop constraint planted'))
  }

  test('when jobs are claimed: it is set aside with a reason and a metric, until a person releases it', async () => {
    const ids = [
      await enqueue({ delayMs: 6_000 }),
      await enqueue({ delayMs: 6_000 }),
      await enqueue({ delayMs: 6_000 }),
    ]
    const [good = '', bad = '', alsoGood = ''] = ids
    await pool.query('update job set run_at = now()')
    await plant(bad, 'state = 1')
    await dispatcher.sweep()
    expect(await Promise.all(ids.map(async (id) => (await row(id)).state))).toEqual([2, 0, 2])
    expect(await setAside()).toEqual([
      { job_id: bad, step: 'claim', reason: expect.stringContaining('planted') },
    ])
    expect((await core.jobsMetrics.setAside.get()).values).toContainEqual(
      expect.objectContaining({ labels: { step: 'claim' }, value: 1 }),
    )
    expect([(await entry(good))?.id, (await entry(alsoGood))?.id]).toEqual([good, alsoGood])
  })

  test('when lost jobs are returned: it is set aside', async () => {
    const [good, bad] = [await queued(), await queued()]
    await backend.redis.flush()
    await plant(bad, 'state = 0')
    await reconcile.sweep(0)
    expect([(await row(good)).state, (await row(bad)).state]).toEqual([jobState.pending, jobState.queued])
    expect(await setAside()).toMatchObject([{ job_id: bad, step: 'reconcile' }])
  })

  test('when jobs are buried that BullMQ has failed: it is set aside', async () => {
    const [bad, good] = [await queued(), await queued()]
    for (const id of [bad, good])
      await core.redis.hset(queues.of('notes', 'normal')?.toKey(id) ?? '', {
        finishedOn: '1',
        failedReason: 'boom',
      })
    await plant(bad, 'state = 11')
    await reconcile.sweep(0)
    expect([(await row(bad)).state, (await row(good)).state]).toEqual([jobState.queued, jobState.dead])
    expect(await setAside()).toMatchObject([{ job_id: bad, step: 'reconcile' }])
  })

  test('a queue name that BullMQ does not accept: the job is set aside', async () => {
    const good = await enqueue({ delayMs: 6_000 })
    await pool.query(
      "insert into job (tenant, kind, queue, payload) values ('main', 'note.take', 'a:b', '1')",
    )
    await set(good, 'run_at = now()')
    await dispatcher.sweep()
    expect((await row(good)).state).toBe(jobState.queued)
    expect(await setAside()).toMatchObject([{ step: 'dispatch' }])
  })
})

describe('reconcile', () => {
  test('jobs that Redis has lost are dispatched again', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, () => queued()))
    await backend.redis.flush()
    await reconcile.sweep(0)
    await dispatcher.sweep()
    const after = await rows()
    expect(after.map(({ state, dispatchNo }) => [state, dispatchNo])).toEqual(
      ids.map(() => [jobState.queued, 2]),
    )
    expect((await Promise.all(ids.map(async (id) => entry(id)))).map((found) => found?.id)).toEqual(ids)
  })

  test('jobs that wait in Redis are not changed', async () => {
    const id = await queued()
    const before = await row(id)
    await reconcile.sweep(0)
    expect(await row(id)).toEqual(before)
  })

  test('a young job is not looked up', async () => {
    const id = await queued()
    await backend.redis.flush()
    await reconcile.sweep()
    expect((await row(id)).state).toBe(jobState.queued)
  })

  test('a job that ends between its read and its write is never returned', async () => {
    const id = await queued()
    const read = await listQueued(db, {
      olderThanMs: 0,
      after: '00000000-0000-0000-0000-000000000000',
      limit: 10,
    })
    expect(await completeRuns(db, [{ id, fence: 0, result: 1 }], 60)).toEqual([id])
    expect(await returnLost(db, read)).toEqual([])
    expect(await row(id)).toMatchObject({ state: jobState.done, result: 1 })
  })

  test.each([
    ['was claimed again', 'dispatch_no = dispatch_no + 1'],
    ['was started again', 'fence = fence + 1'],
  ])('a job that %s between its read and its write is not returned', async (_what, change) => {
    const id = await queued()
    const read = await listQueued(db, {
      olderThanMs: 0,
      after: '00000000-0000-0000-0000-000000000000',
      limit: 10,
    })
    await set(id, change)
    expect(await returnLost(db, read)).toEqual([])
  })

  test('a paused queue is paused in Redis again', async () => {
    await pool.query("insert into queue (name, paused_at) values ('notes', now())")
    await reconcile.sweep(0)
    expect(await queues.of('notes', 'normal')?.isPaused()).toBe(true)
    await queues.of('notes', 'normal')?.resume()
    await queues.of('notes', 'quarantine')?.resume()
    await pool.query('delete from queue')
  })

  test('a cancelled job is removed from Redis', async () => {
    const id = await queued()
    await set(id, 'state = 12, finished_at = now()')
    await reconcile.sweep(0)
    expect(await entry(id)).toBeUndefined()
  })
})
