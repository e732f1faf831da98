import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { activeKey, type KeyTimes, planRotation, removalOf, stateOf, type Urgency } from './signing-key.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const start = new Date('2026-11-21T00:00:00Z')
const at = (ms: number) => new Date(start.getTime() + ms)

describe('state of a key', () => {
  const key: KeyTimes = { kid: 'k', createdAt: at(0), notBefore: at(10), retireAt: at(20), removeAt: at(30) }
  test.each([
    [9, 'next'],
    [10, 'active'],
    [19, 'active'],
    [20, 'retired'],
    [29, 'retired'],
    [30, 'gone'],
  ])('after %i ms it is %s', (ms, state) => {
    expect(stateOf(key, at(ms))).toBe(state)
  })
  test('without a successor it continues to sign', () => {
    expect(stateOf({ ...key, retireAt: null, removeAt: null }, at(400 * dayMs))).toBe('active')
  })
})

let created = 0

/** What the service does with a plan, on a list instead of a table. */
function run(keys: KeyTimes[], now: Date, urgency: Urgency): KeyTimes[] {
  const kept = keys.filter((key) => stateOf(key, now) !== 'gone')
  const plan = planRotation(kept, now, urgency)
  if (plan.kind === 'keep') return kept
  const { notBefore } = plan
  const active = activeKey(kept, now)
  const retired = kept.map((key) =>
    key === active ? { ...key, retireAt: notBefore, removeAt: removalOf(notBefore) } : key,
  )
  return plan.kind === 'advance'
    ? retired.map((key) => (key.kid === plan.kid ? { ...key, notBefore } : key))
    : [
        ...retired,
        { kid: `key ${(created += 1)}`, createdAt: now, notBefore, retireAt: null, removeAt: null },
      ]
}

describe('rotation', () => {
  test('the first key signs at once', () => {
    expect(planRotation([], start, 'when due')).toEqual({ kind: 'create', notBefore: start })
  })

  test('a month of maintenance each minute publishes the next key a day before it signs, once', () => {
    let keys = run([], start, 'when due')
    for (let ms = 0; ms < 30 * dayMs; ms += 60_000) keys = run(keys, at(ms), 'when due')
    expect(keys.map(({ createdAt, notBefore }) => ({ createdAt, notBefore }))).toEqual([
      { createdAt: start, notBefore: start },
      { createdAt: at(29 * dayMs), notBefore: at(30 * dayMs) },
    ])
    expect(keys[0]).toMatchObject({ retireAt: at(30 * dayMs), removeAt: at(30 * dayMs + 2 * hourMs) })
  })

  test('a service that was stopped for months continues to sign with the old key for a day', () => {
    const keys = run(run([], start, 'when due'), at(200 * dayMs), 'when due')
    expect(activeKey(keys, at(200 * dayMs))?.createdAt).toEqual(start)
    expect(activeKey(keys, at(201 * dayMs))?.createdAt).toEqual(at(200 * dayMs))
  })

  test('with nothing that signs, the published next key takes over at once', () => {
    const next = { kid: 'next', createdAt: start, notBefore: at(dayMs), retireAt: null, removeAt: null }
    expect(planRotation([next], at(1), 'when due')).toEqual({
      kind: 'advance',
      kid: 'next',
      notBefore: at(1),
    })
  })

  test('an urgent rotation makes the next key sign earlier; an ordinary one does nothing while there is a next key', () => {
    const keys = run(run([], start, 'when due'), at(hourMs), 'asked')
    const urgent = run(keys, at(2 * hourMs), 'urgent')
    expect(urgent).toHaveLength(2)
    expect(urgent[1]?.notBefore).toEqual(at(2 * hourMs))
    expect(urgent[0]?.retireAt).toEqual(at(2 * hourMs))
    const soon = at(25 * hourMs - 1)
    expect(planRotation(keys, soon, 'asked')).toEqual({ kind: 'keep' })
  })

  const runs = fc.array(
    fc.record({
      afterMs: fc.integer({ min: 0, max: 40 * dayMs }),
      urgency: fc.constantFrom<Urgency>('when due', 'asked', 'urgent'),
    }),
    { maxLength: 30 },
  )
  test('whatever operators ask and whenever it runs: one key signs, and it was published long enough before', () => {
    fc.assert(
      fc.property(runs, (steps) => {
        let now = start
        let keys = run([], now, 'when due')
        for (const { afterMs, urgency } of steps) {
          now = new Date(now.getTime() + afterMs)
          keys = run(keys, now, urgency)
          expect(keys.filter((key) => stateOf(key, now) === 'active')).toHaveLength(1)
          expect(keys.filter((key) => stateOf(key, now) === 'next').length).toBeLessThanOrEqual(1)
          expect(planRotation(keys, now, 'when due')).toEqual({ kind: 'keep' })
          for (const key of keys.slice(1)) {
            expect(key.notBefore.getTime() - key.createdAt.getTime()).toBeGreaterThanOrEqual(90_000)
          }
          for (const { retireAt, removeAt } of keys) {
            expect(removeAt).toEqual(retireAt && new Date(retireAt.getTime() + 2 * hourMs))
          }
        }
      }),
      // All within one millisecond.
      {
        examples: [
          [
            [
              { afterMs: 0, urgency: 'asked' },
              { afterMs: 0, urgency: 'urgent' },
            ],
          ],
        ],
      },
    )
  })
})
