import { expect, test } from 'vitest'
import { chooseServices } from './choose-services.ts'

const known = ['one', 'two', 'three']

test('without names: the flows of what was started, and it is told which are left out', () => {
  expect(chooseServices({ asked: [], known, running: ['three', 'one'] })).toEqual({
    chosen: ['one', 'three'],
    leftOut: ['two'],
  })
})

test('with names: each of them has to run', () => {
  expect(chooseServices({ asked: ['one'], known, running: ['one', 'two'] })).toEqual({
    chosen: ['one'],
    leftOut: [],
  })
  expect(() => chooseServices({ asked: ['one', 'two'], known, running: ['one'] })).toThrow(
    /^two does not run/,
  )
})

test('nothing proven is no success', () => {
  expect(() => chooseServices({ asked: [], known, running: [] })).toThrow(/^No service runs/)
})
