import { expect, test } from 'vitest'
import { createClock } from './clock.ts'
import { waitFor } from './wait-for.ts'

test('waitFor: returns the first truthy value of the probe', async () => {
  let asked = 0
  expect(await waitFor(() => (++asked === 3 ? 'found' : undefined), { what: 'the third time' })).toBe('found')
})

test('waitFor: fails with what it waited for and the probe’s last error', async () => {
  const why = new Error('table is empty')
  const waiting = waitFor(() => Promise.reject(why), { what: 'a row', timeoutMs: 30 })
  await expect(waiting).rejects.toMatchObject({ message: 'waited 30 ms for a row', cause: why })
})

test('clock: only advance moves it', () => {
  const clock = createClock(new Date('2026-01-01T00:00:00Z'))
  expect(clock()).toEqual(clock.now())
  clock.advance(1_500)
  expect(clock()).toEqual(new Date('2026-01-01T00:00:01.500Z'))
})
