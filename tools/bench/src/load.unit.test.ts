import { expect, test } from 'vitest'
import { during, pacedLatencies, perSecond } from './load.ts'

const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

// An unhandled rejection ends the process, and vitest fails a run that has one.
test('during: a load that fails while the measurement runs fails the measurement, not the process', async () => {
  const measured = during(
    { inFlight: 2, task: () => Promise.reject(new Error('the load failed')) },
    async () => {
      await nextTurn()
      await nextTurn()
    },
  )
  await expect(measured).rejects.toThrow('the load failed')
})

test('pacedLatencies: a probe that fails before the last one starts fails the measurement, not the process', async () => {
  const measured = pacedLatencies({
    everyMs: 1,
    durationMs: 3,
    task: () => Promise.reject(new Error('the probe failed')),
  })
  await expect(measured).rejects.toThrow('the probe failed')
})

test('perSecond: a failure is reported once no task is in flight any more', async () => {
  let inFlight = 0
  const measured = perSecond({
    inFlight: 3,
    durationMs: 60_000,
    task: async (place) => {
      inFlight += 1
      for (let turn = 0; turn < place * 3; turn += 1) await nextTurn()
      inFlight -= 1
      if (place === 0) throw new Error('a task failed')
    },
  })
  await expect(measured).rejects.toThrow('a task failed')
  expect(inFlight).toBe(0)
})

/** Ends this long after the test began, however often the machine pauses. */
async function until(timeMs: number): Promise<void> {
  while (performance.now() < timeMs) await nextTurn()
}

test('perSecond: when no task ends in time there is no rate', async () => {
  const afterTheEnd = performance.now() + 20
  const measured = perSecond({ inFlight: 2, durationMs: 10, task: () => until(afterTheEnd) })
  await expect(measured).rejects.toThrow('none of 2 tasks in flight ended within 10 ms')
})

test('perSecond: a long task that the end cuts off does not lower the rate', async () => {
  const startedAt = performance.now()
  let firstEndedAt = 0
  const rate = await perSecond({
    inFlight: 1,
    durationMs: 500,
    async task() {
      await until(firstEndedAt === 0 ? startedAt + 5 : startedAt + 501)
      firstEndedAt ||= performance.now()
    },
  })
  expect(rate).toBeGreaterThan(2)
  expect(rate).toBeCloseTo(1000 / (firstEndedAt - startedAt), -2)
})
