import { withTransaction } from '@fondasi/postgres'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { tenant, useCore } from '../../../test/use-core.ts'
import { jobState } from '../../db/schema.ts'
import { claimJobs, endLeases, markQueued, returnLost } from '../dispatch/repository.ts'
import { cancelJob } from '../jobs/repository.ts'
import { defineJob } from '../kinds/define-job.ts'
import {
  beginRun,
  completeRuns,
  moveToQuarantine,
  recordCancelled,
  recordCrash,
  recordDeath,
  recordRerun,
  saveCursor,
} from './repository.ts'

const thing = defineJob({ name: 'thing.do', queue: 'things', payload: z.unknown(), handler: async () => {} })
const { core, pool, row } = await useCore([thing])
const { db, who } = core

const run = { ...who, startedAt: new Date(), outcome: 'failed', failure: undefined } as const

/** Everything that can change a job's state, with the fence and the dispatch number that the job has. */
const changes: [string, (id: string) => Promise<unknown>][] = [
  ['claim', () => claimJobs(db, { source: 'due', owner: 'me', limit: 10 })],
  ['claim after a lease', () => claimJobs(db, { source: 'expired', owner: 'me', limit: 10 })],
  ['mark as queued', (id) => markQueued(db, [{ id, dispatchNo: 1 }])],
  ['end its lease', (id) => endLeases(db, [{ id, dispatchNo: 1 }])],
  [
    'return to the dispatcher',
    (id) => returnLost(db, [{ id, dispatchNo: 1, fence: 0, queue: '', lane: 'normal', kind: '' }]),
  ],
  ['begin', (id) => beginRun(db, id, 'normal')],
  ['send to quarantine', (id) => moveToQuarantine(db, { id, fence: 0 }, run)],
  ['retry', (id) => recordRerun(db, { id, fence: 0 }, run, { afterMs: 0, usesAttempt: true })],
  ['complete', (id) => completeRuns(db, [{ id, fence: 0, result: 1 }], 60)],
  ['bury', (id) => recordDeath(db, { id, fence: 0 }, run, 'exhausted')],
  ['count a crash', (id) => recordCrash(db, id, run, 1)],
  ['cancel, by its handler', (id) => recordCancelled(db, { id, fence: 0 }, run, 60)],
  ['cancel, by a client', (id) => withTransaction(db, (tx) => cancelJob(tx, tenant, id, 60))],
  ['save a cursor', (id) => saveCursor(db, { id, fence: 0 }, 1)],
]

describe.each(['done', 'dead', 'cancelled'] as const)('%s is final', (state) => {
  test.each(changes)('nothing can %s it', async (_what, change) => {
    const id = await core.enqueuer.enqueue(thing, {}, { tenant, delayMs: 3_600_000 })
    await pool.query(
      `update job set state = $2, dispatch_no = 1, finished_at = now(), run_at = now(), lease_until = now(),
         lane = case when $3 then 'quarantine' else 'normal' end where id = $1`,
      [id, jobState[state], _what === 'count a crash'],
    )
    const before = await row(id)
    await change(id)
    expect(await row(id)).toEqual(before)
    expect((await pool.query('select from attempt union all select from dead')).rowCount).toBe(0)
  })
})
