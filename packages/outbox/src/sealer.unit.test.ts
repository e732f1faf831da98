import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { createSealer } from './sealer.ts'

const key = randomBytes(32)
const sealer = createSealer(key)
const values = { link: 'https://example.test/reset?token=rahasia', kode: 'ü→😀' }

test('sealer: opens what it sealed, but only with the same context', () => {
  const sealed = sealer.seal(values, 'message-1')
  expect(sealer.open(sealed, 'message-1')).toEqual(values)
  expect(() => sealer.open(sealed, 'message-2')).toThrow('unable to authenticate')
})

test('sealer: the same values are sealed differently each time, and are not readable', () => {
  const [one, two] = [sealer.seal(values, 'message'), sealer.seal(values, 'message')]
  expect(one.equals(two)).toBe(false)
  expect(one.includes('rahasia')).toBe(false)
})

test('sealer: a change in any byte is refused', () => {
  const sealed = sealer.seal(values, 'message')
  for (let position = 0; position < sealed.length; position++) {
    const changed = Buffer.from(sealed)
    changed[position] = (changed[position] ?? 0) ^ 1
    expect(() => sealer.open(changed, 'message')).toThrow(Error)
  }
})

test('sealer: a truncated value is refused, and never opened with a shorter tag', () => {
  const sealed = sealer.seal(values, 'message')
  for (let length = 0; length < sealed.length; length++) {
    expect(() => sealer.open(sealed.subarray(0, length), 'message')).toThrow(Error)
  }
})

test('sealer: another key or another format is refused', () => {
  const sealed = sealer.seal(values, 'message')
  expect(() => createSealer(randomBytes(32)).open(sealed, 'message')).toThrow('unable to authenticate')
  sealed[0] = 2
  expect(() => sealer.open(sealed, 'message')).toThrow('the sealed value has format 2, expected 1')
  expect(() => createSealer(randomBytes(16))).toThrow('the key must have 32 bytes')
})
