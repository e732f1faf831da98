import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { normaliseEmail } from './email-address.ts'

test.each([
  ['  Siti@Example.COM ', 'siti@example.com'],
  ['siti.nur+kit@mail.example.co.id', 'siti.nur+kit@mail.example.co.id'],
  ["o'brien@example.com", "o'brien@example.com"],
  ['info@Bücher.example', 'info@xn--bcher-kva.example'],
  ['jose\u0301@example.com', 'jos\u00e9@example.com'],
  ['用户@例え.jp', '用户@xn--r8jz45g.jp'],
])('%s is the mailbox %s', (written, mailbox) => {
  expect(normaliseEmail(written)).toBe(mailbox)
})

test.each([
  '',
  '@',
  'siti',
  'siti@',
  '@example.com',
  'siti@localhost',
  'siti@@example.com',
  'siti@a@example.com',
  '.siti@example.com',
  'siti.@example.com',
  'si..ti@example.com',
  'si ti@example.com',
  'siti@exa mple.com',
  'siti@-example.com',
  'siti@example-.com',
  'siti@example..com',
  'siti@.example.com',
  'siti@127.0.0.1',
  'siti@0x7f.1',
  'siti@[127.0.0.1]',
  'siti@ex%61mple.com',
  'siti@example.com/path',
  'siti@example.com:25',
  'Siti <siti@example.com>',
  'siti@example.com\r\nBcc: all@example.com',
  '"siti"@example.com',
  'ｓｉｔｉ@example.com',
  'ﬁtri@example.com',
  `${'x'.repeat(65)}@example.com`,
  `siti@${'x'.repeat(64)}.com`,
  `siti@${'x.'.repeat(125)}com`,
])('%j is refused', (address) => {
  expect(normaliseEmail(address)).toBeUndefined()
})

test.each(['0085', '200B', '202E', '2060', 'FEFF'])('the invisible character U+%s is refused', (hex) => {
  const character = String.fromCodePoint(Number.parseInt(hex, 16))
  expect(normaliseEmail(`si${character}ti@example.com`)).toBeUndefined()
})

test('a normalised address does not change when normalised again; it is printable and has a maximum length', () => {
  const part = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  const written = fc.oneof(
    fc.tuple(part, part, part).map(([local, domain, top]) => `${local}@${domain}.${top}`),
    fc.tuple(part, fc.domain()).map(([local, domain]) => `${local}@${domain}`),
    fc.emailAddress(),
  )
  const normalised = written.map(normaliseEmail).filter((email) => email !== undefined)
  fc.assert(
    fc.property(normalised, (email) => {
      expect(normaliseEmail(email)).toBe(email)
      expect(email).not.toMatch(/[\s<>]/)
      expect(Buffer.byteLength(email)).toBeLessThanOrEqual(254)
    }),
    { numRuns: 1_000 },
  )
})
