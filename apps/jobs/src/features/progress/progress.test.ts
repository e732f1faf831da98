import { waitFor } from '@fondasi/testing'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { asRole, startApi } from '../../../test/jobs-service.ts'
import { useApi } from '../../../test/use-api.ts'
import type { Job, JobProgress } from '../jobs/schemas.ts'
import { defineJob, type RunContext } from '../kinds/define-job.ts'

let steps = Promise.withResolvers<RunContext>()
let ending = Promise.withResolvers<void>()
const video = defineJob({
  name: 'video.encode',
  queue: 'videos',
  payload: z.strictObject({}),
  attempts: 1,
  deadlineMs: 600_000,
  async handler(context) {
    steps.resolve(context)
    await ending.promise
  },
})

const { backend, api, ask } = await useApi([video])
const address = await api.app.listen({ host: '127.0.0.1', port: 0 })
const body = { kind: 'video.encode', payload: {} }
const enqueue = async (payload: object = body) => (await ask('POST', '/jobs', payload)).json<Job>().id
const waitingJob = () => enqueue({ ...body, delaySeconds: 3_600 })

/** Follows a job as a client does. `next` is the next event, undefined at the end of the stream. */
async function follow(id: string, headers: Record<string, string> = {}, at = address) {
  const leaving = new AbortController()
  onTestFinished(() => leaving.abort())
  const response = await fetch(`${at}/v1/jobs/${id}/events`, {
    headers: { ...(await asRole(backend, 'viewer')), ...headers },
    signal: leaving.signal,
  })
  let reader: ReadableStreamDefaultReader<string> | undefined
  let received = ''
  async function next(): Promise<{ id: string; data: JobProgress } | undefined> {
    for (;;) {
      const [, eventId, data] = /id: (.*)\nevent: job\ndata: (.*)\n\n/.exec(received) ?? []
      if (eventId !== undefined && data !== undefined) {
        received = received.slice(received.indexOf(data) + data.length + 2)
        return { id: eventId, data: JSON.parse(data) }
      }
      reader ??= response.body?.pipeThrough(new TextDecoderStream()).getReader()
      const chunk = await reader?.read()
      if (chunk === undefined || chunk.done) return undefined
      received += chunk.value
    }
  }
  return { response, next, leave: () => leaving.abort() }
}

async function runningJob() {
  steps = Promise.withResolvers<RunContext>()
  ending = Promise.withResolvers<void>()
  onTestFinished(() => ending.resolve())
  const id = await enqueue()
  return { id, context: await steps.promise, end: () => ending.resolve() }
}

test('a client sees the progress of a run in its order, and the stream ends with the final state', async () => {
  const { id, context, end } = await runningJob()
  const { response, next } = await follow(id)
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  const seen: JobProgress[] = []
  await context.progress(40)
  for (let event = await next(); event !== undefined; event = await next()) {
    seen.push(event.data)
    if (event.data.progress === 40) await context.progress(80)
    if (event.data.progress === 80) end()
  }
  expect(
    seen.map(({ progress }) => progress).filter((progress) => progress !== null && progress > 0),
  ).toEqual([40, 80])
  expect(seen.at(-1)).toMatchObject({ state: 'done', finishedAt: expect.any(String) })
})

test('a client that resumes gets the changes since its last event, not that event again', async () => {
  const id = await waitingJob()
  const first = await follow(id)
  const known = await first.next()
  first.leave()
  expect(known?.data.state).toBe('pending')
  const second = await follow(id, { 'last-event-id': known?.id ?? '' })
  await ask('POST', `/jobs/${id}/cancel`)
  expect((await second.next())?.data.state).toBe('cancelled')
  expect(await second.next()).toBeUndefined()
})

test('a job of another tenant is like a missing one', async () => {
  const { response } = await follow(await waitingJob(), await asRole(backend, 'admin', 'other'))
  expect([response.status, await response.json()]).toMatchObject([404, { code: 'job_not_found' }])
})

test('the stream ends when the token expires', async () => {
  const { next } = await follow(await waitingJob())
  expect((await next())?.data.state).toBe('pending')
  // The token is valid for ten minutes, and the verifier tolerates clocks that differ by five seconds.
  backend.clock.advance(606_000)
  expect(await next()).toBeUndefined()
})

test('the stream ends when the session of the token is revoked', async () => {
  const { next } = await follow(await waitingJob())
  expect((await next())?.data.state).toBe('pending')
  api.deps.revocationList.add({
    kind: 'subject',
    subjectId: 'viewer-of-the-test',
    notBeforeMs: backend.clock().getTime() + 1_000,
    expiresAtMs: backend.clock().getTime() + 600_000,
  })
  expect(await next()).toBeUndefined()
})

test('a shutdown ends the streams, so it does not wait for them', async () => {
  const other = await startApi(backend, [video])
  const { next } = await follow(
    await waitingJob(),
    {},
    await other.app.listen({ host: '127.0.0.1', port: 0 }),
  )
  expect((await next())?.data.state).toBe('pending')
  await other.close()
  expect(await next()).toBeUndefined()
})

test('the number of streams is bounded, and a client that leaves makes room', async () => {
  const small = await startApi(backend, [video], { env: { MAX_EVENT_STREAMS: '1' } })
  onTestFinished(() => small.close())
  const at = await small.app.listen({ host: '127.0.0.1', port: 0 })
  const id = await waitingJob()
  const first = await follow(id, {}, at)
  const refused = await follow(id, {}, at)
  expect(refused.response.headers.get('retry-after')).toBe('10')
  expect([refused.response.status, await refused.response.json()]).toMatchObject([
    503,
    { code: 'too_many_streams' },
  ])
  first.leave()
  await waitFor(async () => (await follow(id, {}, at)).response.ok, { what: 'room for a stream' })
})
