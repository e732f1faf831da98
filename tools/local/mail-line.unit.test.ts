import { expect, test } from 'vitest'
import { mailLine } from './mail-line.ts'

test.each([
  [
    '{"level":"info","to":"siti@example.com","subject":"Verify","link":"http://l/v","msg":"mail"}',
    '✉ siti@example.com: Verify http://l/v',
  ],
  [
    '{"to":"siti@example.com","subject":"Your password was changed","msg":"mail"}',
    '✉ siti@example.com: Your password was changed',
  ],
  ['{"msg":"request","note":"\\"msg\\":\\"mail\\""}', undefined],
  ['not json, but "msg":"mail"', undefined],
  ['', undefined],
])('mail line: %s', (line, shown) => {
  expect(mailLine(line)).toBe(shown)
})
