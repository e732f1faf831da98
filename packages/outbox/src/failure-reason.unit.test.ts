import { expect, test } from 'vitest'
import { reasonOf } from './failure-reason.ts'

const token = 'c2VjcmV0LXRva2VuLW9mLTMyLWJ5dGVzLWhlcmU'

test.each([
  ['the innermost cause', new Error('Failed query: ada', { cause: new Error('why') }), 'why'],
  ['no error at all', 'a text', 'a text'],
  ['an address', new Error('550 5.1.1 <ada@example.com>: no such user'), '550 5.1.1 [address] no such user'],
  ['a quoted address', new Error('to "ada l"@example.com refused'), 'to [address] refused'],
  ['an address in a URL', new Error('GET https://a.test/?to=ada%40example.com 500'), 'GET [address] 500'],
  [
    'a token in a link',
    new Error(`https://a.test/reset#${token} refused`),
    'https://a.test/reset#[token] refused',
  ],
  ['a short secret', new Error('pin 4711 refused'), 'pin [secret] refused'],
  ['NUL and line breaks', new Error('a\u0000b\r\nc\u001b[2J'), 'a b c [2J'],
  ['half a character at the end', new Error(`${'x '.repeat(249)}x😀`), `${'x '.repeat(249)}x\ufffd`],
])('failure reason: %s', (_, error, expected) => {
  expect(reasonOf(error, ['4711', ''])).toBe(expected)
})

test('failure reason: an error of 10 MB is cut to 500 characters', () => {
  for (const piece of ['a', '@', '"', 'a@', '%40']) {
    expect(reasonOf(new Error(piece.repeat(10_000_000 / piece.length))).length).toBeLessThanOrEqual(500)
  }
})
