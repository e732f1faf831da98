import { expect, test } from 'vitest'
import { firstStarts, judge, judgeMails, type LedgerJob, recoveryTimes } from './verdict.ts'

const job = (id: string, values: Partial<LedgerJob> = {}): LedgerJob => ({
  id,
  state: 10,
  attempts: 0,
  finishedAt: 1_000,
  ...values,
})
const run = (jobId: string, startedAt: number) => ({ jobId, startedAt, outcome: 'done' })

test('a job is lost when it has no final state, or when the ledger does not have it', () => {
  const jobs = [job('a'), job('b', { state: 2, finishedAt: null })]
  expect(judge(['a', 'b', 'c'], jobs, []).lost).toEqual(['b', 'c'])
})

test('done and dead jobs count apart, and jobs that nobody has acknowledged do not count', () => {
  const jobs = [job('a'), job('b', { state: 11, attempts: 2 }), job('unknown', { attempts: 5 })]
  expect(judge(['a', 'b'], jobs, [])).toMatchObject({ acknowledged: 2, done: 1, dead: 1, attemptsUsed: 2 })
})

test('only a run that began after the end of its job has run it again', () => {
  // The second run began while the first one was not finished, as after a stall.
  const runs = [run('a', 900), run('a', 990), run('a', 1_001), run('b', 5_000)]
  const jobs = [job('a'), job('b', { state: 2, finishedAt: null })]
  expect(judge(['a', 'b'], jobs, runs).runsAfterEnd).toEqual([run('a', 1_001)])
})

test('a recovery is the time from the cut of a mail to its next arrival', () => {
  const arrivals = [
    { recipient: 'sari', at: 100 },
    { recipient: 'budi', at: 300 },
    { recipient: 'sari', at: 11_000 },
    { recipient: 'sari', at: 12_000 },
  ]
  const cutOff = [
    { recipient: 'sari', at: 500 },
    { recipient: 'budi', at: 400 },
  ]
  expect(recoveryTimes(cutOff, arrivals)).toEqual([10_500])
})

test('the first start after an outage counts, whatever the order of the log', () => {
  expect(firstStarts([1_000, 2_000], [run('a', 2_500), run('b', 1_200), run('c', 800)])).toEqual([200, 500])
})

test('no start after an outage is an endless wait', () => {
  expect(firstStarts([1_000], [run('a', 900)])).toEqual([Number.POSITIVE_INFINITY])
})

test('mails are judged by recipient: none, copies with one Message-ID, copies with several', () => {
  const accepted = [
    { recipient: 'sari', messageId: '<1>' },
    { recipient: 'sari', messageId: '<1>' },
    { recipient: 'budi', messageId: '<2>' },
    { recipient: 'budi', messageId: '<3>' },
    { recipient: 'stranger', messageId: '<4>' },
  ]
  expect(judgeMails(['sari', 'budi', 'dewi'], accepted)).toEqual({
    neverSent: 1,
    withSeveralIds: 1,
    copies: 2,
  })
})
