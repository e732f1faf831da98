import { expect, test } from 'vitest'
import { isDeepJson } from './json-body.ts'

const lists = (levels: number, inner = '') => '['.repeat(levels) + inner + ']'.repeat(levels)

test.each([
  ['100 levels', lists(100), false],
  ['101 levels', lists(101), true],
  ['101 levels of objects', '{"a":'.repeat(101), true],
  ['many lists beside each other', `[${Array(200).fill('[]').join()}]`, false],
  ['brackets in a string', `"${'['.repeat(101)}"`, false],
  ['brackets in a string after an escaped quote', String.raw`"\"${'['.repeat(101)}"`, false],
  ['brackets after a string that ends in an escaped backslash', String.raw`["\\",${lists(100)}]`, true],
  ['a string that does not end', '"[', false],
])('JSON with %s is too deep: %s', (_what, text, expected) => {
  expect(isDeepJson(text)).toBe(expected)
})
