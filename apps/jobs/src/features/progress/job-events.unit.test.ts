import { Readable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { JobProgress } from '../jobs/schemas.ts'
import { jobEvents } from './job-events.ts'

const queued: JobProgress = {
  state: 'queued',
  activity: 'active',
  progress: 0,
  failedAttempts: 0,
  runAt: new Date(0),
  finishedAt: null,
}
const done: JobProgress = { ...queued, state: 'done', activity: null, finishedAt: new Date(1) }
const pause = async () => true

/** Everything that a client gets that has seen `lastEventId` and finds the job in these states, one per read. */
async function eventsOf(states: JobProgress[], lastEventId?: string): Promise<string[]> {
  const reads = states[Symbol.iterator]()
  return Readable.from(jobEvents({ read: async () => reads.next().value, pause, lastEventId })).toArray()
}

test('each change is one event, a read without a change none, and the final state ends the stream', async () => {
  const half = { ...queued, progress: 50 }
  const events = await eventsOf([queued, queued, half, half, done, queued])
  expect(events.slice(1).map((event) => JSON.parse(/data: (.*)/.exec(event)?.[1] ?? ''))).toMatchObject([
    { progress: 0 },
    { progress: 50 },
    { state: 'done' },
  ])
})

test('a client that resumes gets no event that it knows', async () => {
  const [, first] = await eventsOf([queued])
  const id = /^id: (.*)$/m.exec(first ?? '')?.[1]
  const events = await eventsOf([queued, done], id)
  expect(events.filter((event) => event.includes('data:'))).toMatchObject([
    expect.stringContaining('"state":"done"'),
  ])
})

test('a comment follows every fifteen quiet reads', async () => {
  const events = await eventsOf([queued, ...Array.from({ length: 30 }, () => queued)])
  expect(events.filter((event) => event.startsWith(':'))).toHaveLength(2)
})

test('after the client disconnects, a job that does not change is not read again', async () => {
  let reads = 0
  const read = async () => {
    reads += 1
    return queued
  }
  await Readable.from(jobEvents({ read, pause: async () => false, lastEventId: undefined })).toArray()
  expect(reads).toBe(1)
})

test('a client that stops reading makes the server stop reading, so no events pile up', async () => {
  let reads = 0
  const read = async () => {
    reads += 1
    return { ...queued, progress: reads }
  }
  const stream = Readable.from(jobEvents({ read, pause, lastEventId: undefined }))
  stream.read()
  for (let turn = 0; turn < 1_000; turn += 1) await nextTurn()
  expect(reads).toBeLessThan(5)
  stream.destroy()
})
