import { expect, test } from 'vitest'
import { atLeast, atMost, below, exactly, type Row, renderResults, toJson } from './report.ts'

const rows: Row[] = [
  { name: 'fast enough', value: 0.95, goal: atLeast(0.9), from: '95/s ÷ 100/s' },
  { name: 'too slow', value: 4, goal: atMost(3), from: '4 ms ÷ 1 ms' },
  { name: 'for comparison', value: 100, from: '100 ms ÷ 1 ms' },
]

test('--json has the name, value, goal and ok of each row; a row without a goal is ok', () => {
  expect(toJson({ rows, failures: [] })).toEqual([
    { name: 'fast enough', value: 0.95, goal: '≥ 0.9', ok: true },
    { name: 'too slow', value: 4, goal: '≤ 3', ok: false },
    { name: 'for comparison', value: 100, goal: null, ok: true },
  ])
})

test('a row without a goal is not ok when its sides measured nothing', () => {
  const nothing = { from: '0/s ÷ 0/s', name: 'ratio' }
  const rows = [
    { ...nothing, value: Number.NaN },
    { ...nothing, value: Number.POSITIVE_INFINITY },
  ]
  expect(toJson({ rows, failures: [] }).map(({ ok }) => ok)).toEqual([false, false])
})

test.each([
  [atLeast(1), 1, true],
  [atLeast(1), 0.999, false],
  [atMost(1), 1, true],
  [atMost(1), 1.001, false],
  [below(5), 4.999, true],
  [below(5), 5, false],
  [exactly(10), 10, true],
  [exactly(10), 11, false],
  // NaN comes from a side that measured nothing: it reaches no goal.
  [atLeast(0), Number.NaN, false],
  [atMost(0), Number.NaN, false],
])('goal %j with %d: %s', (goal, value, reached) => expect(goal.isReached(value)).toBe(reached))

test('the table shows a missed goal in capitals, and a dash where there is no goal', () => {
  const [, first, second, third] = renderResults({ rows, failures: [] }).split('\n')
  expect(first).toMatch(/^fast enough +0\.950 +≥ 0\.9 +yes +95\/s ÷ 100\/s/)
  expect(second).toMatch(/^too slow +4 +≤ 3 +NO/)
  expect(third).toMatch(/^for comparison +100 +– +–/)
})
