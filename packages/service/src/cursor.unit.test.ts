import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createCursorCodec } from './cursor.ts'

const codec = createCursorCodec(Buffer.alloc(32, 1))

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
  const foreign = createCursorCodec(Buffer.alloc(32, 2)).encode('users', { direction: 'next', key: ['a'] })
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
