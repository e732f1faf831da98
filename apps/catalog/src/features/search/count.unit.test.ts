import { expect, test } from 'vitest'
import { decideTotal } from './count.ts'

test.each([
  ['few are expected', { sample: null, found: 12 }, { value: 12, relation: 'eq' }, false],
  [
    'many match',
    { sample: { matched: 900, found: 900 }, found: null },
    { value: 14_400, relation: 'estimate' },
    true,
  ],
  [
    'many match, few pass the filters',
    { sample: { matched: 900, found: 3 }, found: 51 },
    { value: 51, relation: 'eq' },
    true,
  ],
  [
    'many are expected, but the words are rarely together',
    { sample: { matched: 5, found: 5 }, found: 77 },
    { value: 77, relation: 'eq' },
    false,
  ],
] as const)('when %s', (_when, counted, total, countsSample) => {
  expect(decideTotal(counted)).toEqual({ total, countsSample })
})
