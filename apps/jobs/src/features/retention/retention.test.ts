import { expect, test } from 'vitest'
import { z } from 'zod'
import { tenant, useCore } from '../../../test/use-core.ts'
import { defineJob } from '../kinds/define-job.ts'
import { deleteExpired } from './repository.ts'

const note = defineJob({ name: 'note.take', queue: 'notes', payload: z.unknown(), handler: async () => {} })
const { core, pool, rows } = await useCore([note])

const make = async (assignments: string) => {
  const id = await core.enqueuer.enqueue(note, {}, { tenant, delayMs: 3_600_000 })
  await pool.query(`update job set created_at = now() - interval '10 years', ${assignments} where id = $1`, [
    id,
  ])
  return id
}
const bury = (id: string) =>
  pool.query(
    `insert into dead (job_id, tenant, kind, queue, reason, fingerprint, first_failed_at, worker, release)
     values ($1, 'main', 'note.take', 'notes', 'exhausted', 'f', now(), 'w', 'r')`,
    [id],
  )

test('retention counts from the end of a job; what waits or is an open dead letter stays, however old', async () => {
  const waiting = await make('state = 0')
  const queued = await make('state = 2')
  const dead = await make('state = 11, finished_at = now()')
  await bury(dead)
  const recent = await make(`state = 10, expires_at = now() + interval '1 second'`)
  await make(`state = 10, expires_at = now() - interval '1 second'`)
  const discarded = await make(`state = 11, expires_at = now() - interval '1 second'`)
  await bury(discarded)
  expect(await deleteExpired(core.db, 100)).toBe(2)
  expect((await rows()).map(({ id }) => id)).toEqual([waiting, queued, dead, recent])
  expect((await pool.query('select job_id from dead')).rows).toEqual([{ job_id: dead }])
})

test.each([
  ['an open job', `update job set expires_at = now()`, 'job_expires'],
  ['an open dead letter', `update dead set expires_at = now()`, 'dead_expires'],
])('the database refuses to let %s expire', async (_what, statement, constraint) => {
  const id = await make('state = 0')
  await bury(id)
  await expect(pool.query(statement)).rejects.toMatchObject({ constraint })
})
