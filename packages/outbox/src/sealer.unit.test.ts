import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { createSealer } from './sealer.ts'

const key = randomBytes(32)
const sealer = createSealer(key)
const values = { link: 'https://example.test/reset?token=rahasia', kode: 'ü→😀' }

test('sealer: opens what it sealed, and only with the same context', () => {
  const sealed = sealer.seal(values, 'message-1')
  expect(sealer.open(sealed, 'message-1')).toEqual(values)
  expect(() => sealer.open(sealed, 'message-2')).toThrow('unable to authenticate')
})

test('sealer: the same values twice look different, and neither shows them', () => {
  const [one, two] = [sealer.seal(values, 'message'), sealer.seal(values, 'message')]
  expect(one.equals(two)).toBe(false)
  expect(one.includes('rahasia')).toBe(false)
})

test('sealer: a change of any byte is refused', () => {
  const sealed = sealer.seal(values, 'message')
  for (let position = 0; position < sealed.length; position++) {
    const changed = Buffer.from(sealed)
    changed[position] = (changed[position] ?? 0) ^ 1
    expect(() => sealer.open(changed, 'message')).toThrow(Error)
  }
})

test('sealer: anything cut short is refused, never opened with a shorter tag', () => {
  const sealed = sealer.seal(values, 'message')
  for (let length = 0; length < sealed.length; length++) {
    expect(() => sealer.open(sealed.subarray(0, length), 'message')).toThrow(Error)
  }
})

test('sealer: another key or key version does not open it', () => {
  const sealed = sealer.seal(values, 'message')
  expect(() => createSealer(randomBytes(32)).open(sealed, 'message')).toThrow('unable to authenticate')
  expect(() => createSealer(key, 2).open(sealed, 'message')).toThrow('sealed with key version 1, not 2')
  expect(() => createSealer(randomBytes(16))).toThrow('the key must have 32 bytes')
})
