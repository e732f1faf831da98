import { dictionary } from '@zxcvbn-ts/language-common'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { isCommonPassword } from './common-passwords.ts'
import { checkPassword, normalisePassword, requireAcceptable } from './password-policy.ts'

const siti = { email: 'siti.nurhaliza@mail.wayang.co.id', name: 'Siti Nurhaliza' }
const codesOf = (password: string, minLength = 15) =>
  checkPassword(normalisePassword(password), siti, minLength).map((flaw) => flaw.code)

test.each([
  'correct horse battery staple',
  'hujan di bulan juni',
  'aaaaaaaaaaaaaab',
  'пять корабле́й у берега',
  'comfort and mailboxes',
  'fondasi rumah di tepi sawah',
])('%s is accepted: there are no rules on kinds of characters', (password) => {
  expect(codesOf(password)).toEqual([])
})

test('the top-level domain of the address may occur in a password', () => {
  const context = { email: 'siti@x.info', name: 'Siti' }
  expect(checkPassword('no information at all', context, 15)).toEqual([])
})

test('length counts code points after NFKC, from the minimum to 128', () => {
  expect(codesOf('kucing di atas')).toEqual(['too_short'])
  expect(codesOf('kucing di atas!')).toEqual([])
  expect(codesOf('🐈🐕🐎🐄🐖🐏🐑🐐🐪🐫🦙🦒🐘🦣🦏')).toEqual([])
  expect(codesOf('🐈🐕🐎🐄🐖🐏🐑🐐🐪🐫🦙🦒🐘🦣')).toEqual(['too_short'])
  expect(codesOf(`kucing ${'di atas '.repeat(15)}!`)).toEqual([])
  expect(codesOf(`kucing ${'di atas '.repeat(15)}!!`)).toEqual(['too_long'])
  // One typed code point becomes four after NFKC.
  expect(codesOf('㎨'.repeat(3) + 'kucing di')).not.toContain('too_short')
})

test('the same password typed with other code points is the same password', () => {
  expect(normalisePassword('café au lait')).toBe(normalisePassword('cafe\u0301 au lait'))
  expect(normalisePassword('ｗｉｄｅ')).toBe('wide')
  expect(normalisePassword(' blanks stay ')).toBe(' blanks stay ')
})

test('the most common passwords are refused when repeated or joined to reach 15 characters', () => {
  const common = dictionary['passwords-common'].slice(0, 5_000)
  const repeated = common.map((entry) => entry.repeat(Math.ceil(15 / entry.length)))
  const joined = common.map((entry, index) => entry + common[common.length - 1 - index])
  const longEnough = [...new Set([...repeated, ...joined])].filter((password) => password.length >= 15)
  expect(longEnough.length).toBeGreaterThan(5_000)
  expect(longEnough.filter((password) => !isCommonPassword(password))).toEqual([])
})

test('with a minimum of 8, every entry of the list that is long enough is refused', () => {
  const fitting = dictionary['passwords-common'].filter((entry) => entry.length >= 8)
  expect(fitting.length).toBeGreaterThan(15_000)
  expect(fitting.filter((entry) => !codesOf(entry, 8).includes('too_common'))).toEqual([])
})

test.each([
  ['PasswordPassword', 'too_common'],
  ['Ｐａｓｓｗｏｒｄ1234567', 'too_common'],
  ['xyzxyzxyzxyzxyzxy', 'too_common'],
  ['               ', 'too_common'],
  ['my siti-nurhaliza phrase', 'contains_address'],
  ['shadow of WAYANG puppets', 'contains_address'],
  ['sitinurhaliza forever', 'contains_name'],
  ['fondasi-fondasi-fondasi-2026', 'is_product_name'],
])('%s is refused as %s', (password, code) => {
  expect(codesOf(password)).toContain(code)
})

// Not fc.string({ unit: 'binary' }): that first spends seconds on a table of all of Unicode.
const anyText = fc.uint16Array({ maxLength: 400 }).map((units) => String.fromCharCode(...units))

test('every text can be checked, and random text is never refused for its kinds of characters', () => {
  fc.assert(
    fc.property(anyText, (password) => {
      expect(() => codesOf(password)).not.toThrow()
    }),
  )
  fc.assert(
    // Random text is in no list.
    fc.property(
      fc.string({
        unit: fc.constantFrom('q', 'x', 'z', 'j', '7', ' ', '~', 'Ω', 'ж', '漢'),
        minLength: 24,
        maxLength: 60,
      }),
      (password) => {
        expect(codesOf(password)).toEqual([])
      },
    ),
  )
})

test('a refused password says why, at the field; an accepted one comes back normalised', () => {
  const config = { PASSWORD_MIN_LENGTH: 15 }
  expect(() => requireAcceptable('siti nurhaliza', siti, config, '/body/newPassword')).toThrow(
    expect.objectContaining({
      code: 'password_rejected',
      status: 422,
      options: {
        errors: [
          expect.objectContaining({ pointer: '/body/newPassword', code: 'too_short' }),
          expect.objectContaining({ pointer: '/body/newPassword', code: 'contains_address' }),
          expect.objectContaining({ pointer: '/body/newPassword', code: 'contains_name' }),
        ],
      },
    }),
  )
  expect(requireAcceptable('cafe\u0301 di tepi sawah', siti, config)).toBe('caf\u00e9 di tepi sawah')
})
