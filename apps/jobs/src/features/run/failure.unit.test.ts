import { describe, expect, test } from 'vitest'
import { describeFailure, fingerprintOf, storableBytes } from './failure.ts'

const bytes = (text: string) => Buffer.byteLength(text)
const loop = new Error('loop')
loop.cause = loop

describe('anything that a handler throws can be recorded', () => {
  const hostile: [string, unknown][] = [
    ['undefined', undefined],
    ['a symbol', Symbol('s')],
    ['a NUL', new Error('a\0b')],
    ['halves of surrogate pairs', new Error('\uD800 and \uDC00')],
    ['megabytes of text', new Error('x'.repeat(5_000_000))],
    ['megabytes of emoji', new Error('😀'.repeat(1_000_000))],
    ['a cause that is itself', loop],
    ['an object without a prototype', Object.create(null)],
    [
      'getters that throw',
      Object.defineProperties(new Error('x'), {
        message: {
          get() {
            throw new Error('no')
          },
        },
        stack: {
          get() {
            throw new Error('no')
          },
        },
      }),
    ],
    ['a message that is not a string', Object.assign(new Error('x'), { message: { a: 1 } })],
    [
      'a proxy that refuses everything',
      new Proxy(
        {},
        {
          get: () => {
            throw new Error('no')
          },
        },
      ),
    ],
  ]
  test.each(hostile)('%s', (_what, error) => {
    const { errorClass, message, stack } = describeFailure(error, 'mail.send')
    for (const text of [errorClass, message, stack]) {
      expect(text.isWellFormed()).toBe(true)
      expect(text).not.toContain('\0')
    }
    expect(bytes(errorClass)).toBeLessThanOrEqual(128)
    expect(bytes(message)).toBeLessThanOrEqual(2_048)
    expect(bytes(stack)).toBeLessThanOrEqual(8_192)
  })
})

test('the stack has the chain of causes', () => {
  const failure = describeFailure(new Error('outer', { cause: new TypeError('inner') }), 'mail.send')
  expect(failure).toMatchObject({ errorClass: 'Error', message: 'outer' })
  expect(failure.stack).toMatch(/^Error: outer\n[\s\S]*caused by: TypeError: inner\n/)
})

test('secrets are cut out of message and stack', () => {
  const { message, stack } = describeFailure(new Error('no to https://shop/?t=abc123'), 'mail.send', [
    'abc123',
    '',
  ])
  expect(message).toBe('no to https://shop/?t=[secret]')
  expect(stack).not.toContain('abc123')
})

test('a cut never divides a character', () => {
  expect(storableBytes('ab😀', 5)).toBe('ab')
  expect(storableBytes('ab😀', 6)).toBe('ab😀')
})

test('a fingerprint depends on kind, class and place, and not on message or line', () => {
  const at = (frame: string, errorClass = 'Error') => ({
    errorClass,
    stack: `Error: x\n    ${frame}`,
  })
  const one = fingerprintOf('mail.send', at('at send (file:///app/mail.ts:10:5)'))
  expect(fingerprintOf('mail.send', at('at send (file:///app/mail.ts:99:1)'))).toBe(one)
  expect(fingerprintOf('mail.send', at('at node:net:1:1\n    at send (file:///app/mail.ts:1:1)'))).toBe(one)
  const others = [
    fingerprintOf('mail.digest', at('at send (file:///app/mail.ts:10:5)')),
    fingerprintOf('mail.send', at('at send (file:///app/mail.ts:10:5)', 'TypeError')),
    fingerprintOf('mail.send', at('at open (file:///app/mail.ts:10:5)')),
  ]
  expect(new Set([one, ...others]).size).toBe(4)
})
