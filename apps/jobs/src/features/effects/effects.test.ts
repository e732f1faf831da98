import { waitFor } from '@fondasi/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { tenant, useWorker } from '../../../test/use-core.ts'
import { jobState } from '../../db/schema.ts'
import { defineJob, type EffectResult, type RunContext } from '../kinds/define-job.ts'
import { Done } from '../kinds/outcome.ts'
import { exponential } from '../run/backoff.ts'

/** The keys with which the effect was performed. */
const performed: string[] = []
let perform: (context: RunContext) => Promise<EffectResult> = async () => ({
  providerRef: 'ref-1',
  result: { n: 1 },
})
let before: (context: RunContext) => Promise<void> = async () => {}
const handler = async (context: RunContext) => {
  await before(context)
  const { providerRef = null, result = null } = await context.effect('post', async (key) => {
    performed.push(key)
    return perform(context)
  })
  return Done({ providerRef, result })
}
const common = {
  queue: 'mails',
  payload: z.unknown(),
  attempts: 3,
  backoff: exponential({ baseMs: 1, capMs: 5 }),
  handler,
}
const mail = defineJob({ ...common, name: 'mail.post' })
const brief = defineJob({ ...common, name: 'mail.briefly', deadlineMs: 200 })
const careful = defineJob({ ...common, name: 'mail.hold', effects: 'hold' })

const { core, pool, row, ended } = await useWorker([mail, brief, careful])
beforeEach(() => {
  performed.length = 0
  before = async () => {}
  perform = async () => ({ providerRef: 'ref-1', result: { n: 1 } })
})

/** Runs a job whose effect has the given row, as an earlier run has left it. */
async function runWith(kind: typeof mail, state?: 'sending' | 'done', result: unknown = null) {
  const id = await core.enqueuer.enqueue(kind, {}, { tenant, delayMs: 3_600_000 })
  if (state !== undefined)
    await pool.query(
      `insert into effect (root_id, step, job_id, fence, state, provider_ref, result) values ($1, 'post', $1, 0, $2, 'ref-0', $3)`,
      [id, state, JSON.stringify(result)],
    )
  await pool.query('update job set run_at = now() where id = $1', [id])
  await core.dispatcher.sweep()
  return id
}
const effects = async () => (await pool.query('select state, provider_ref, result from effect')).rows
const ambiguous = async () =>
  (await core.jobsMetrics.ambiguousEffects.get()).values.reduce((sum, { value }) => sum + value, 0)

test('an effect is recorded with its reference and its result', async () => {
  const id = await runWith(mail)
  expect((await ended(id)).result).toEqual({ providerRef: 'ref-1', result: { n: 1 } })
  expect(performed).toEqual([`${id}.post`])
  expect(await effects()).toEqual([{ state: 'done', provider_ref: 'ref-1', result: { n: 1 } }])
})

test('one that has happened is not performed again: the run gets the stored result', async () => {
  const id = await runWith(mail, 'done', { n: 0 })
  expect((await ended(id)).result).toEqual({ providerRef: 'ref-0', result: { n: 0 } })
  expect(performed).toEqual([])
})

test('an earlier run may finish its effect while the next run begins it: that uses no attempt', async () => {
  const finish = "update effect set state = 'done' where root_id = $1 and fence = -1"
  before = async ({ id }) => {
    await pool.query(
      "insert into effect (root_id, step, job_id, fence, state) values ($1, 'post', $1, -1, 'sending')",
      [id],
    )
    setTimeout(() => void pool.query(finish, [id]), Math.random() * 3)
  }
  for (let round = 0; round < 60; round += 1)
    expect(await ended(await runWith(mail))).toMatchObject({ state: jobState.done, attempts: 0 })
})

test('one that has failed is performed again by the next attempt', async () => {
  perform = async () => {
    perform = async () => ({})
    throw new Error('refused')
  }
  const id = await runWith(mail)
  expect(await ended(id)).toMatchObject({ state: jobState.done, attempts: 1 })
  expect(performed).toEqual([`${id}.post`, `${id}.post`])
})

test('one that was aborted at the deadline may have happened: its row stays, and the next attempt repeats it', async () => {
  perform = ({ signal }) => {
    perform = async () => ({})
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason))
    })
  }
  const counted = await ambiguous()
  const id = await runWith(brief)
  expect(await ended(id)).toMatchObject({ state: jobState.done, attempts: 1 })
  expect((await ambiguous()) - counted).toBe(1)
})

describe('an effect that may have happened', () => {
  test('is performed again with the same key, where the kind says resend', async () => {
    const counted = await ambiguous()
    const id = await runWith(mail, 'sending')
    expect((await ended(id)).state).toBe(jobState.done)
    expect(performed).toEqual([`${id}.post`])
    expect((await ambiguous()) - counted).toBe(1)
  })

  test('makes the job dead, where the kind says hold: a person decides', async () => {
    const id = await runWith(careful, 'sending')
    expect((await ended(id)).state).toBe(jobState.dead)
    expect(performed).toEqual([])
    expect((await pool.query('select reason from dead')).rows).toEqual([{ reason: 'ambiguous_effect' }])
    expect(await effects()).toMatchObject([{ state: 'ambiguous' }])
  })
})

test('a run that has lost its fence performs no effect', async () => {
  before = async ({ id }) => void (await pool.query('update job set fence = 9 where id = $1', [id]))
  const id = await runWith(mail)
  await waitFor(async () => (await core.queues.of('mails', 'normal')?.getJob(id))?.finishedOn, {
    what: 'the run to end',
  })
  expect(performed).toEqual([])
  expect(await row(id)).toMatchObject({ state: jobState.queued, fence: 9 })
})
