import { waitFor } from '@fondasi/testing'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { testResponses } from '../../../test/api-description.ts'
import { asRole } from '../../../test/jobs-service.ts'
import { useApi } from '../../../test/use-api.ts'
import { tenant } from '../../../test/use-core.ts'
import { jobState } from '../../db/schema.ts'
import { defineJob } from '../kinds/define-job.ts'
import type { QueueState } from './schemas.ts'

const note = defineJob({ name: 'note.take', queue: 'notes', payload: z.unknown(), handler: async () => {} })
const { backend, api, core, pool, row, ended, ask } = await useApi([note])

const anonymous = { authorization: '' }
const pause = (queue = 'notes', body: object | string = {}, headers = {}) =>
  ask('POST', `/queues/${queue}/pause`, body, headers)
const resume = (queue = 'notes', headers = {}) => ask('POST', `/queues/${queue}/resume`, undefined, headers)
const viewer = () => asRole(backend, 'viewer')

testResponses('queues', [
  ['GET /v1/queues 200', () => ask('GET', '/queues')],
  ['GET /v1/queues 401 missing_token', () => ask('GET', '/queues', undefined, anonymous)],
  [
    'GET /v1/queues 403 insufficient_scope',
    async () => ask('GET', '/queues', undefined, await asRole(backend, 'guest')),
  ],
  ['POST /v1/queues/{queue}/pause 200', () => pause()],
  ['POST /v1/queues/{queue}/pause 400 validation_failed', () => pause('notes', { reason: 1 })],
  ['POST /v1/queues/{queue}/pause 401 missing_token', () => pause('notes', {}, anonymous)],
  ['POST /v1/queues/{queue}/pause 403 insufficient_scope', async () => pause('notes', {}, await viewer())],
  ['POST /v1/queues/{queue}/pause 404 queue_not_found', () => pause('lost')],
  [
    'POST /v1/queues/{queue}/pause 413 payload_too_large',
    () => pause('notes', { reason: 'x'.repeat(2_000_000) }),
  ],
  [
    'POST /v1/queues/{queue}/pause 415 unsupported_media_type',
    () => pause('notes', 'a', { 'content-type': 'text/csv' }),
  ],
  ['POST /v1/queues/{queue}/resume 200', () => resume()],
  ['POST /v1/queues/{queue}/resume 400 validation_failed', () => resume('x'.repeat(65))],
  ['POST /v1/queues/{queue}/resume 401 missing_token', () => resume('notes', anonymous)],
  ['POST /v1/queues/{queue}/resume 403 insufficient_scope', async () => resume('notes', await viewer())],
  ['POST /v1/queues/{queue}/resume 404 queue_not_found', () => resume('lost')],
])

test('a paused queue starts no job, says who paused it and why, and goes on when it is resumed', async () => {
  onTestFinished(async () => void (await resume()))
  const paused = (await pause('notes', { reason: 'the mail server is down' })).json<QueueState>()
  expect(paused).toMatchObject({
    paused: { by: 'user:admin-of-the-test', reason: 'the mail server is down' },
  })
  const id = await core.enqueuer.enqueue(note, {}, { tenant })
  await core.dispatcher.sweep()
  expect((await row(id)).state).toBe(jobState.pending)
  expect((await resume()).json()).toMatchObject({ paused: null })
  await core.dispatcher.sweep()
  expect((await ended(id)).state).toBe(jobState.done)
})

test('the counts of a queue are those of Redis', async () => {
  await core.queues.of('notes', 'normal')?.pause()
  onTestFinished(async () => void (await resume()))
  await core.enqueuer.enqueue(note, {}, { tenant })
  await core.enqueuer.enqueue(note, {}, { tenant, delayMs: 4_000 })
  await waitFor(
    async () => {
      const { items } = (await ask('GET', '/queues')).json<{ items: QueueState[] }>()
      const [{ counts } = { counts: null }] = items
      return counts?.waiting === 1 && counts.delayed === 1
    },
    { what: 'one waiting and one delayed job' },
  )
})

test('the metrics show depth, age, pauses and open dead letters', async () => {
  onTestFinished(async () => void (await resume()))
  await core.queues.of('notes', 'normal')?.pause()
  const id = await core.enqueuer.enqueue(note, {}, { tenant, delayMs: 3_600_000 })
  await pool.query(`update job set run_at = now() - interval '60 seconds' where id = $1`, [id])
  await pool.query(
    `insert into dead (job_id, tenant, kind, queue, reason, fingerprint, first_failed_at, worker, release)
     values ($1, 'main', 'note.take', 'notes', 'exhausted', 'f', now(), 'w', 'r')`,
    [id],
  )
  const running = await api.deps.metrics.registry.metrics()
  expect(running).toMatch(/^jobs_queue_paused\{queue="notes".*\} 0$/m)
  await ask('POST', '/queues/notes/pause', { reason: 'The notebook is full' })
  const text = await api.deps.metrics.registry.metrics()
  expect(text).toMatch(/^jobs_queue_paused\{queue="notes".*\} 1$/m)
  expect(text).toMatch(/^jobs_depth\{queue="notes",state="pending".*\} 1$/m)
  expect(text).toMatch(/^jobs_oldest_age_seconds\{queue="notes".*\} \d{2,}/m)
  expect(text).toMatch(/^jobs_dead_open\{kind="note.take",reason="exhausted".*\} 1$/m)
  expect(text).toMatch(/^jobs_redis_used_ratio\{.*\} 0$/m)
})
