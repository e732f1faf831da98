import { createTestLog } from '@fondasi/testing'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { tenant, useCore } from '../../../test/use-core.ts'
import { defineJob } from '../kinds/define-job.ts'
import { createScheduler } from './scheduler.ts'

const act = defineJob({
  name: 'act.now',
  queue: 'acts',
  payload: z.strictObject({ n: z.int() }),
  handler: async () => {},
})
const { instance, core, pool, rows } = await useCore([act])
const { scheduler } = core
const other = createScheduler({ ...core, log: createTestLog('jobs').log })
const id = '01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70'

/** A schedule whose next slot is `dueFor` ago. */
async function plant(dueFor: string, fields: Record<string, unknown> = {}): Promise<void> {
  const row = { id, tenant, kind: 'act.now', payload: { n: 1 }, every_seconds: 600, ...fields }
  await pool.query(
    `insert into schedule (id, tenant, kind, payload, every_seconds, cron, paused, next_slot)
     select id, tenant, kind, payload, every_seconds, cron, coalesce(paused, false), now() - $2::interval
     from jsonb_populate_record(null::schedule, $1)`,
    [JSON.stringify(row), dueFor],
  )
}
const slots = async () => (await pool.query('select * from schedule_slot order by schedule_id, slot')).rows
const schedules = async () => (await pool.query('select *, next_slot > now() as moved from schedule')).rows
const shift = () => pool.query("update schedule set next_slot = now() - interval '1 s'")

describe('a schedule that is due', () => {
  test('gets one job, which knows its schedule, and moves to its next slot', async () => {
    await plant('1 second')
    await scheduler.sweep()
    await scheduler.sweep()
    const [job, ...others] = await rows()
    expect(others).toEqual([])
    expect(job).toMatchObject({ tenant, kind: 'act.now', payload: { n: 1 }, scheduleId: id })
    expect(await slots()).toMatchObject([{ job_id: job?.id, missed_from: null, missed_count: 0 }])
    expect(await schedules()).toMatchObject([{ moved: true, paused: false }])
  })

  test('gets one job even if many processes look at once', async () => {
    for (let round = 1; round <= 10; round += 1) {
      if (round === 1) await plant('1 second')
      else await shift()
      await pool.query('update job set state = 10')
      await Promise.all([scheduler, other, scheduler, other].map((each) => each.sweep()))
      expect(await rows()).toHaveLength(round)
      expect(await slots()).toHaveLength(round)
    }
  })

  test('gets none when it is paused, or its time has not come', async () => {
    await plant('1 second', { paused: true })
    await plant('-1 minute', { id: '01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a71' })
    expect(await scheduler.sweep()).toBe(0)
    expect(await rows()).toEqual([])
  })

  test('whose kind this release does not know waits for a release that knows it', async () => {
    await plant('1 second', { kind: 'act.tomorrow' })
    expect(await scheduler.sweep()).toBe(0)
    expect(await schedules()).toMatchObject([{ moved: false }])
  })
})

test('after an outage the newest slot gets a job, and the missed range is recorded', async () => {
  await plant('65 minutes')
  await scheduler.sweep()
  expect(await rows()).toHaveLength(1)
  const [slot, ...others] = await slots()
  expect(others).toEqual([])
  expect(slot).toMatchObject({ job_id: expect.any(String), missed_count: 6 })
  expect(slot.slot - slot.missed_from).toBe(60 * 60_000)
})

test('a very long outage is combined in steps, and only the last one makes a job', async () => {
  await plant('7 days')
  while ((await scheduler.sweep()) > 0);
  expect(await rows()).toHaveLength(1)
  const taken = await slots()
  expect(taken.map(({ job_id }) => job_id === null)).toEqual([true, true, false])
  const missed = taken.reduce((sum, { missed_count }) => sum + missed_count, 0)
  expect(missed + taken.length).toBe(7 * 24 * 6 + 1)
})

test('a slot gets no job while the previous job is open', async () => {
  await plant('1 second')
  await scheduler.sweep()
  await shift()
  await scheduler.sweep()
  expect(await rows()).toHaveLength(1)
  expect((await slots()).map(({ job_id }) => job_id)).toEqual([expect.any(String), null])
  await pool.query('update job set state = 10')
  await shift()
  await scheduler.sweep()
  expect(await rows()).toHaveLength(2)
})

test('a payload that has become invalid makes no job and blocks no other schedule', async () => {
  await plant('1 hour', { payload: { n: 'one' } })
  await plant('1 second', { id: '01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a71' })
  await scheduler.sweep()
  expect(await rows()).toMatchObject([{ payload: { n: 1 } }])
  expect(await slots()).toMatchObject([{ job_id: null }, { job_id: expect.any(String) }])
  expect(instance.log).toContainEqual(expect.objectContaining({ scheduleId: id, level: 'error' }))
})

test('a schedule without a next slot is paused', async () => {
  await plant('1 second', { every_seconds: null, cron: '0 0 30 2 *' })
  await scheduler.sweep()
  expect(await schedules()).toMatchObject([{ paused: true }])
})

test('slots are deleted after the retention', async () => {
  await plant('1 second')
  await pool.query("insert into schedule_slot (schedule_id, slot) values ($1, now() - interval '1 year')", [
    id,
  ])
  await scheduler.sweep()
  expect(await slots()).toHaveLength(1)
})
