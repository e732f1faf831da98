import { expect, test } from 'vitest'
import { chooseServices } from './choose-services.ts'

const known = ['one', 'two', 'three']

test('without names: the flows of the started services run, and the others are reported', () => {
  expect(chooseServices({ asked: [], known, running: ['three', 'one'] })).toEqual({
    chosen: ['one', 'three'],
    leftOut: ['two'],
  })
})

test('with names: each of them must be running', () => {
  expect(chooseServices({ asked: ['one'], known, running: ['one', 'two'] })).toEqual({
    chosen: ['one'],
    leftOut: [],
  })
  expect(() => chooseServices({ asked: ['one', 'two'], known, running: ['one'] })).toThrow(
    /^two is not running/,
  )
})

test('a run without any flow fails', () => {
  expect(() => chooseServices({ asked: [], known, running: [] })).toThrow(/^No running service has a flow/)
})
