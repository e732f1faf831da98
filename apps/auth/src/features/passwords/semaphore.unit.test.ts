import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSemaphore, QueueFull } from './semaphore.ts'

test('a permit is kept until the task has ended, also when its client has gone', async () => {
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

test('a waiter that aborts frees its place and is never run', async () => {
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

test('a task that throws gives its permit back', async () => {
  const semaphore = createSemaphore({ permits: 1, maxWaiting: () => 0 })
  await expect(semaphore.run(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed')
  await expect(semaphore.run(async () => 'ran')).resolves.toBe('ran')
})

test('for any arrivals, ends and aborts: never more run or wait than allowed, in order, and no permit is lost', async () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.constant({ kind: 'arrive' as const }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('end' as const), which: fc.nat(10) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('abort' as const), which: fc.nat(10) }) },
  )
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3 }),
      fc.nat(4),
      fc.array(step, { maxLength: 60 }),
      async (permits, places, steps) => {
        const semaphore = createSemaphore({ permits, maxWaiting: () => places })
        const running: { id: number; end: () => void }[] = []
        const begun: number[] = []
        const waiting: { id: number; abort: () => void }[] = []
        const all: Promise<unknown>[] = []
        let nextId = 0

        for (const step of steps) {
          if (step.kind === 'arrive') {
            const id = nextId++
            const client = new AbortController()
            const refused = running.length === permits && waiting.length === places
            waiting.push({ id, abort: () => client.abort() })
            const task = async () => {
              begun.push(id)
              const place = waiting.findIndex((waiter) => waiter.id === id)
              // In order: whoever begins has been waiting longest.
              expect(place).toBe(0)
              waiting.splice(place, 1)
              const { promise, resolve } = Promise.withResolvers<void>()
              running.push({ id, end: resolve })
              await promise
            }
            const outcome = semaphore.run(task, client.signal).catch((error: unknown) => error)
            all.push(outcome)
            if (refused) {
              expect(await outcome).toBeInstanceOf(QueueFull)
              waiting.pop()
            }
          } else if (step.kind === 'end') {
            running.splice(step.which % Math.max(1, running.length), 1)[0]?.end()
          } else {
            waiting.splice(step.which % Math.max(1, waiting.length), 1)[0]?.abort()
          }
          // Lets everything that is due happen.
          await new Promise(setImmediate)
          expect(running.length).toBeLessThanOrEqual(permits)
          expect(semaphore.waiting).toBe(waiting.length)
          expect(semaphore.waiting).toBeLessThanOrEqual(places)
          // Nobody waits while a permit is free.
          if (waiting.length > 0) expect(running.length).toBe(permits)
        }
        while (running.length > 0) {
          running.shift()?.end()
          await new Promise(setImmediate)
        }
        await Promise.all(all)
        expect(semaphore.waiting).toBe(0)
        expect(new Set(begun).size).toBe(begun.length)
        // Every permit is there again.
        const works = Array.from({ length: permits }, () => Promise.withResolvers<void>())
        const last = works.map((work) => semaphore.run(() => work.promise))
        await new Promise(setImmediate)
        expect(semaphore.waiting).toBe(0)
        for (const work of works) work.resolve()
        await Promise.all(last)
      },
    ),
    { numRuns: 150 },
  )
})
