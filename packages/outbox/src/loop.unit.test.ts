import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createLoop } from './loop.ts'

const hour = 3_600_000

/** A loop with pauses of an hour, whose steps end when the test says so. */
function startLoop() {
  let started = Promise.withResolvers<PromiseWithResolvers<boolean>>()
  const errors: unknown[] = []
  let steps = 0
  const loop = createLoop({
    step: () => {
      steps += 1
      const end = Promise.withResolvers<boolean>()
      started.resolve(end)
      return end.promise
    },
    pauseMs: () => hour,
    onError: (error) => errors.push(error),
  })
  loop.start()
  return {
    loop,
    errors,
    steps: () => steps,
    /** Resolves when the next step has begun. */
    async nextStep(): Promise<PromiseWithResolvers<boolean>> {
      const step = await started.promise
      started = Promise.withResolvers()
      return step
    },
  }
}

test('a step that has more to do is repeated without a pause', async () => {
  const { loop, nextStep } = startLoop()
  ;(await nextStep()).resolve(true)
  ;(await nextStep()).resolve(false)
  await loop.stop()
})

test('a wake during a step ends the pause after it', async () => {
  const { loop, nextStep } = startLoop()
  const step = await nextStep()
  loop.wake()
  step.resolve(false)
  ;(await nextStep()).resolve(false)
  await loop.stop()
})

test('after a step that throws, the loop pauses and goes on', async () => {
  const { loop, errors, steps, nextStep } = startLoop()
  const step = await nextStep()
  step.reject(new Error('the database is unreachable'))
  await setImmediate()
  expect(errors).toEqual([new Error('the database is unreachable')])
  expect(steps()).toBe(1)
  loop.wake()
  ;(await nextStep()).resolve(false)
  await loop.stop()
})

test('a stop waits for the step in progress, and no step follows', async () => {
  const { loop, steps, nextStep } = startLoop()
  const step = await nextStep()
  let hasStopped = false
  const stopped = loop.stop().then(() => {
    hasStopped = true
  })
  await setImmediate()
  expect(hasStopped).toBe(false)
  step.resolve(true)
  await stopped
  expect(steps()).toBe(1)
})
