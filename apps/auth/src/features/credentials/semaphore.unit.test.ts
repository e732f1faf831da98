import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSemaphore, QueueFull, type Semaphore } from './semaphore.ts'

test('a running task keeps its permit until it ends, even if its client disconnects', async () => {
  const semaphore = createSemaphore({ permits: 1, maxWaiting: () => 1 })
  const client = new AbortController()
  const work = Promise.withResolvers<void>()
  const first = semaphore.run(() => work.promise, client.signal)
  let begun = false
  const second = semaphore.run(async () => {
    begun = true
  })
  client.abort()
  await Promise.resolve()
  expect(begun).toBe(false)
  work.resolve()
  await Promise.all([first, second])
  expect(begun).toBe(true)
})

test('a waiting task whose signal aborts frees its place and never runs', async () => {
  const semaphore = createSemaphore({ permits: 1, maxWaiting: () => 1 })
  const work = Promise.withResolvers<void>()
  const running = semaphore.run(() => work.promise)
  const client = new AbortController()
  const dropped = semaphore.run(() => Promise.reject(new Error('ran')), client.signal)
  expect(semaphore.full).toBe(true)
  client.abort(new Error('gone'))
  await expect(dropped).rejects.toThrow('gone')
  expect(semaphore.full).toBe(false)

  await expect(semaphore.run(async () => 'ran', AbortSignal.abort(new Error('gone before')))).rejects.toThrow(
    'gone before',
  )
  work.resolve()
  await running
  await expect(semaphore.run(async () => 'free again')).resolves.toBe('free again')
})

test('a task that throws releases its permit', async () => {
  const semaphore = createSemaphore({ permits: 1, maxWaiting: () => 0 })
  await expect(semaphore.run(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed')
  await expect(semaphore.run(async () => 'ran')).resolves.toBe('ran')
})

/** Everything that a random history did to a semaphore, so that its guarantees can be checked at each step. */
function createHistory(semaphore: Semaphore) {
  const waiting: { id: number; client: AbortController }[] = []
  const running: { id: number; end: () => void }[] = []
  const outcomes: Promise<unknown>[] = []
  const outOfTurn: number[] = []
  const refused: number[] = []
  let nextId = 0

  return {
    waiting,
    running,
    outOfTurn,
    refused,
    arrive() {
      const id = nextId++
      const client = new AbortController()
      waiting.push({ id, client })
      const task = async () => {
        if (waiting.shift()?.id !== id) outOfTurn.push(id)
        const { promise, resolve } = Promise.withResolvers<void>()
        running.push({ id, end: resolve })
        await promise
      }
      const outcome = semaphore.run(task, client.signal).catch((error: unknown) => {
        if (!(error instanceof QueueFull)) return
        refused.push(id)
        waiting.pop()
      })
      outcomes.push(outcome)
    },
    end(which: number) {
      const [ended] = running.splice(which % Math.max(1, running.length), 1)
      ended?.end()
    },
    abort(which: number) {
      const [aborted] = waiting.splice(which % Math.max(1, waiting.length), 1)
      aborted?.client.abort()
    },
    settled: () => Promise.all(outcomes),
  }
}

/** Lets all pending callbacks run. */
const turn = () => new Promise(setImmediate)

test('for every order of arrivals, ends and aborts: the limits hold, tasks run in order, and no permit is lost', async () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.constant({ kind: 'arrive' as const, which: 0 }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('end' as const), which: fc.nat(10) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('abort' as const), which: fc.nat(10) }) },
  )
  const history = fc.array(step, { maxLength: 60 })
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 3 }), fc.nat(4), history, async (permits, places, steps) => {
      const semaphore = createSemaphore({ permits, maxWaiting: () => places })
      const seen = createHistory(semaphore)
      for (const { kind, which } of steps) {
        const mustRefuse =
          kind === 'arrive' && seen.running.length === permits && seen.waiting.length === places
        const refusedBefore = seen.refused.length
        seen[kind](which)
        await turn()
        expect(seen.refused.length - refusedBefore).toBe(mustRefuse ? 1 : 0)
        expect(seen.running.length).toBeLessThanOrEqual(permits)
        expect(semaphore.waiting).toBe(seen.waiting.length)
        // No task waits while a permit is free.
        expect(seen.waiting.length === 0 || seen.running.length === permits).toBe(true)
      }
      for (let left = seen.running.length + seen.waiting.length; left > 0; left -= 1) {
        seen.end(0)
        await turn()
      }
      await seen.settled()
      expect(seen.outOfTurn).toEqual([])
      // Every permit has been returned.
      for (let n = 0; n < permits; n += 1) seen.arrive()
      await turn()
      expect(seen.running.length).toBe(permits)
      for (let n = 0; n < permits; n += 1) seen.end(0)
      await seen.settled()
    }),
    { numRuns: 150 },
  )
})
