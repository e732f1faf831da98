import { expect, test } from 'vitest'
import { isSameOrigin } from './same-origin.ts'

const host = 'api.example'
const allowed = ['https://app.example']

test.each([
  // Sec-Fetch-Site, Origin, allowed?
  ['same-origin', 'https://api.example', true],
  ['none', undefined, true],
  ['same-site', 'https://app.example', true],
  ['cross-site', 'https://app.example', true],
  ['cross-site', 'https://evil.example', false],
  ['cross-site', 'null', false],
  ['cross-site', undefined, false],
  ['same-site', 'https://sub.api.example', false],
  ['same-site', undefined, false],
  ['nonsense', undefined, false],
  [undefined, 'https://api.example', true],
  [undefined, 'https://app.example', true],
  [undefined, 'https://evil.example', false],
  [undefined, 'https://api.example.evil.example', false],
  [undefined, 'https://api.example:8443', false],
  [undefined, 'null', false],
  [undefined, '', false],
  [undefined, undefined, true],
])('Sec-Fetch-Site %s, Origin %s: %s', (site, origin, expected) => {
  expect(isSameOrigin({ site, origin, host }, allowed)).toBe(expected)
})
