import { setTimeout as delay } from 'node:timers/promises'
import type { Pool } from 'pg'
import { isFinal, type LedgerJob } from './verdict.ts'

const pollMs = 500
/** A job whose worker dies twice, and then waits for a retry, takes a minute. */
const patienceMs = 120_000

/** Waits until jobs have ended, or until none has ended for two minutes. @returns what the ledger has of them */
export async function readWhenEnded(ledger: Pool, ids: readonly string[]): Promise<LedgerJob[]> {
  let open = Number.POSITIVE_INFINITY
  let deadline = Date.now() + patienceMs
  for (;;) {
    const jobs = await readJobs(ledger, ids)
    const stillOpen = ids.length - jobs.filter(({ state }) => isFinal(state)).length
    if (stillOpen < open) deadline = Date.now() + patienceMs
    open = stillOpen
    if (open === 0 || Date.now() > deadline) return jobs
    await delay(pollMs)
  }
}

async function readJobs(ledger: Pool, ids: readonly string[]): Promise<LedgerJob[]> {
  const { rows } = await ledger.query<LedgerJob>(
    `select id, state, attempts, (extract(epoch from finished_at) * 1000)::float8 as "finishedAt"
     from job where id = any($1::uuid[])`,
    [ids],
  )
  return rows
}

/** How many runs of jobs ended without a success, by outcome, such as `stalled`. */
export async function countRuns(ledger: Pool, ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const { rows } = await ledger.query<{ outcome: string; count: number }>(
    'select outcome, count(*)::int from attempt where job_id = any($1::uuid[]) group by outcome',
    [ids],
  )
  return new Map(rows.map(({ outcome, count }) => [outcome, count]))
}

/** Why attempts failed, with how often, such as `2 × the mail server did not respond`. */
export async function describeFailures(ledger: Pool, ids: readonly string[]): Promise<string> {
  const { rows } = await ledger.query<{ message: string; count: number }>(
    `select message, count(*)::int from attempt
     where job_id = any($1::uuid[]) and outcome in ('failed', 'timeout') group by message`,
    [ids],
  )
  return rows.map(({ message, count }) => `${count} × ${message}`).join('; ')
}

/** @returns the ids of the jobs that redrive these */
export async function readRedrives(ledger: Pool, deadJobs: readonly string[]): Promise<string[]> {
  const { rows } = await ledger.query<{ id: string }>(
    'select id from job where redriven_from in (select id from dead where job_id = any($1::uuid[]))',
    [deadJobs],
  )
  return rows.map(({ id }) => id)
}

/** How many of these jobs killed the process that ran them, and are dead for it. */
export async function countPoisonous(ledger: Pool, ids: readonly string[]): Promise<number> {
  const { rows } = await ledger.query<{ count: number }>(
    `select count(*)::int from dead where reason = 'poison' and job_id = any($1::uuid[])`,
    [ids],
  )
  return rows[0]?.count ?? 0
}
