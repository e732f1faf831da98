import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createCursorCodec } from './cursor.ts'

let now = new Date('2026-11-22T09:30:00Z')
const clock = () => now
const codec = createCursorCodec(Buffer.alloc(32, 1), clock)

test('a cursor gives back its position, for its own list only', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { maxLength: 4 }), fc.string(), fc.string(), (key, list, other) => {
      const cursor = codec.encode(list, { direction: 'next', key })
      expect(codec.decode(list, cursor)).toEqual({ direction: 'next', key })
      if (other !== list) expect(() => codec.decode(other, cursor)).toThrow('not valid for this list')
    }),
  )
})

test('a changed, foreign or made-up cursor is refused, never misread', () => {
  const cursor = codec.encode('users', { direction: 'next', key: ['a'] })
  const foreign = createCursorCodec(Buffer.alloc(32, 2), clock).encode('users', {
    direction: 'next',
    key: ['a'],
  })
  const changed = Array.from(
    cursor,
    (character, index) => cursor.slice(0, index) + (character === 'A' ? 'B' : 'A') + cursor.slice(index + 1),
  )
  // The last character may hold bits that belong to no byte.
  for (const bad of ['', 'AAAA', foreign, ...changed.slice(0, -1)])
    expect(() => codec.decode('users', bad)).toThrow('not valid for this list')
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), (text) => {
      expect(() => codec.decode('users', text)).toThrow('not valid for this list')
    }),
  )
})

test('a cursor stays the same within the hour, and is valid for a day', () => {
  const make = () => codec.encode('users', { direction: 'next', key: ['a'] })
  const cursor = make()
  now = new Date('2026-11-22T09:59:59Z')
  expect(make()).toBe(cursor)
  now = new Date('2026-11-23T09:59:59Z')
  expect(codec.decode('users', cursor)).toEqual({ direction: 'next', key: ['a'] })
  now = new Date('2026-11-23T10:00:00Z')
  expect(() => codec.decode('users', cursor)).toThrow('not valid for this list')
})
