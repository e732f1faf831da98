import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isStorable, storableResult } from './storable-json.ts'

test.each([
  ['a NUL', ['a\0b'], false],
  ['half of a surrogate pair', { a: '\uD800' }, false],
  ['one in a name', { ['\uDFFF']: 1 }, false],
  ['text that only looks like an escape', ['\\u0000', '\\\\ud800'], true],
  ['an emoji', ['😀'], true],
])('PostgreSQL stores a payload with %s: %o %s', (_what, value, expected) => {
  expect(isStorable(value)).toBe(expected)
})

test('a result that can be stored is unchanged; in others, characters are replaced or the end is cut', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const kept = storableResult(value)
      expect(isStorable(kept)).toBe(true)
    }),
  )
  expect(storableResult({ a: ['\\u0000', '😀'] })).toEqual({ a: ['\\u0000', '😀'] })
  expect(storableResult({ a: 'x\0\uD800' })).toEqual({ a: 'x\uFFFD\uFFFD' })
  expect(storableResult('x'.repeat(5_000_000))).toEqual({ truncated: expect.stringMatching(/^"x{999}$/) })
  expect(storableResult(undefined)).toBe(null)
  expect(storableResult(1n)).toEqual({ unreadable: true })
})
