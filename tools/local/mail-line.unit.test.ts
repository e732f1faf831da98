import { expect, test } from 'vitest'
import { mailLine } from './mail-line.ts'

test.each([
  ['Verify', 'Open http://l/v#token=1 now', '✉ siti@example.com: Verify http://l/v#token=1'],
  ['Your password was changed', 'It was changed.', '✉ siti@example.com: Your password was changed'],
  ['\u001b[2Jgone', '', '✉ siti@example.com:  [2Jgone'],
])('mail line: %s', (subject, text, shown) => {
  expect(mailLine({ to: ['siti@example.com'], subject, text })).toBe(shown)
})
