import { createDb, createPool } from '@fondasi/postgres'
import { pino } from 'pino'
import { afterAll, expect, test } from 'vitest'
import { useCore } from '../../../test/use-core.ts'
import { measureQueues } from '../queues/repository.ts'
import { claimJobs, listQueued, listRecentlyCancelled } from './repository.ts'

const { backend } = await useCore([])
// The tables are empty, so without these settings PostgreSQL would read them as a whole, and would plan for the values of parameters.
const url = new URL(backend.database.url)
url.searchParams.set('options', '-c enable_seqscan=off -c plan_cache_mode=force_generic_plan')
const pool = createPool({
  url: url.href,
  max: 1,
  applicationName: 'partial-indexes',
  log: pino({ level: 'silent' }),
})
const db = createDb(pool)
afterAll(() => pool.end())

const claim = (source: 'due' | 'expired') => claimJobs(db, { source, owner: 'test', limit: 1 })

test.each([
  ['job_due', () => claim('due')],
  ['job_leased', () => claim('expired')],
  ['job_queued', () => listQueued(db, { olderThanMs: 0, after: crypto.randomUUID(), limit: 1 })],
  ['job_cancelled', () => listRecentlyCancelled(db)],
  ['job_due', () => measureQueues(db)],
  ['job_leased', () => measureQueues(db)],
  ['job_queued', () => measureQueues(db)],
])('jobs are found through the partial index %s, also in a generic plan', async (index, sweep) => {
  const before = await scansOf(index)
  await sweep()
  expect(await scansOf(index)).toBeGreaterThan(before)
})

async function scansOf(index: string): Promise<number> {
  await pool.query('select pg_stat_force_next_flush()')
  const { rows } = await pool.query<{ scans: number }>(
    'select idx_scan::int as scans from pg_stat_user_indexes where indexrelname = $1',
    [index],
  )
  return rows[0]?.scans ?? Number.NaN
}
