import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { asRole } from '../../../test/jobs-service.ts'
import { useApi } from '../../../test/use-api.ts'
import { defineJob } from '../kinds/define-job.ts'

const act = defineJob({ name: 'act.now', queue: 'acts', payload: z.json(), handler: async () => {} })
const { backend, core, pool, ask } = await useApi([act])
const id = '01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70'
const put = (fields: object, at = id) =>
  ask('PUT', `/schedules/${at}`, { kind: 'act.now', payload: {}, ...fields })

describe('a schedule', () => {
  test('shows its next slot, its newest slots and their jobs', async () => {
    const written = await put({ cron: '0 8 * * *', timeZone: 'Asia/Jakarta' })
    expect(written.json()).toMatchObject({
      id,
      cron: '0 8 * * *',
      everySeconds: null,
      paused: false,
    })
    expect(written.json<{ nextSlot: string }>().nextSlot).toMatch(/T01:00:00\.000Z$/)
    await pool.query("update schedule set next_slot = now() - interval '3 days'")
    await core.scheduler.sweep()
    const { recentSlots } = (await ask('GET', `/schedules/${id}`)).json()
    expect(recentSlots).toMatchObject([{ jobId: expect.any(String), missedCount: 3 }])
    expect((await ask('GET', `/jobs/${recentSlots[0].jobId}`)).statusCode).toBe(200)
  })

  test('that is written again restarts from now, by the clock of the database', async () => {
    await put({ cron: '0 8 * * *', paused: true })
    await pool.query("update schedule set next_slot = now() - interval '3 days'")
    await put({ everySeconds: 600 })
    const { rows } = await pool.query(
      "select next_slot between now() + interval '500 s' and now() + interval '600 s' as soon, cron, paused from schedule",
    )
    expect(rows).toEqual([{ soon: true, cron: null, paused: false }])
    expect(await core.scheduler.sweep()).toBe(0)
  })

  test('of another tenant is neither listed, read, changed nor deleted', async () => {
    await put({ everySeconds: 600 })
    const stranger = await asRole(backend, 'editor', 'other')
    expect((await ask('GET', '/schedules', undefined, stranger)).json().items).toEqual([])
    for (const method of ['GET', 'DELETE'] as const)
      expect((await ask(method, `/schedules/${id}`, undefined, stranger)).statusCode).toBe(404)
    const taken = { kind: 'act.now', payload: {}, everySeconds: 60 }
    expect((await ask('PUT', `/schedules/${id}`, taken, stranger)).statusCode).toBe(404)
    expect((await ask('GET', `/schedules/${id}`)).json()).toMatchObject({ everySeconds: 600 })
  })

  test('that is deleted keeps its jobs', async () => {
    await put({ everySeconds: 600 })
    await pool.query("update schedule set next_slot = now() - interval '1 s'")
    await core.scheduler.sweep()
    expect((await ask('DELETE', `/schedules/${id}`)).statusCode).toBe(204)
    expect((await ask('GET', '/jobs')).json().items).toHaveLength(1)
  })

  test('each change is an audit event', async () => {
    await put({ everySeconds: 600 })
    await ask('DELETE', `/schedules/${id}`)
    const { rows } = await pool.query("select payload ->> 'action' as action from outbox order by id")
    expect(rows).toEqual([{ action: 'jobs.schedule_written' }, { action: 'jobs.schedule_deleted' }])
  })

  test('are listed by page', async () => {
    for (const last of ['1', '2', '3']) await put({ everySeconds: 60 }, id.replace(/.$/, last))
    const first = (await ask('GET', '/schedules?limit=2')).json()
    const second = (await ask('GET', `/schedules?limit=2&cursor=${first.page.next}`)).json()
    expect([...first.items, ...second.items].map((item: { id: string }) => item.id.at(-1))).toEqual([
      '1',
      '2',
      '3',
    ])
  })
})

describe('nonsense is refused, with what to send', () => {
  test.each([
    [{}, 400],
    [{ cron: '0 8 * * *', everySeconds: 60 }, 400],
    [{ cron: '0 8 * *' }, 400],
    [{ cron: '* * * * * *' }, 400],
    [{ cron: '@daily' }, 400],
    [{ cron: '0 8 * * *\0' }, 400],
    [{ cron: '*/0 * * * *' }, 400],
    [{ cron: '0 25 * * *' }, 400],
    [{ cron: '0 0 31 2,4,6 *' }, 422],
    [{ cron: '0 8 * * *', timeZone: 'Mars/Olympus' }, 400],
    [{ cron: '0 8 * * *', timeZone: '' }, 400],
    [{ everySeconds: 0 }, 400],
    [{ everySeconds: 9 }, 400],
    [{ everySeconds: 1e12 }, 400],
    [{ everySeconds: 60.5 }, 400],
    [{ everySeconds: 60, timeZone: 'UTC' }, 400],
    [{ everySeconds: 60, payload: 'a\ud800' }, 422],
  ])('%j', async (fields, status) => {
    const response = await put(fields)
    expect(response.statusCode, response.body).toBe(status)
    expect(await pool.query('select from schedule')).toMatchObject({ rowCount: 0 })
  })
})
