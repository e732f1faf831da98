import { serviceProblem } from '@fondasi/service'
import { describe, expect, test } from 'vitest'
import { failureReason, interrupted, mayMergeAgain, receiveProblem } from './failure.ts'

const databaseError = (code: string) => Object.assign(new Error('refused'), { code })

describe('a failed merge', () => {
  test.each([
    { after: 'a deadlock', error: databaseError('40P01'), attempt: 1, again: true },
    { after: 'a SKU that was taken meanwhile', error: databaseError('23505'), attempt: 2, again: true },
    { after: 'the third deadlock', error: databaseError('40P01'), attempt: 3, again: false },
    { after: 'a value out of range', error: databaseError('22003'), attempt: 1, again: false },
    { after: 'a lost connection', error: new Error('Connection terminated'), attempt: 1, again: false },
  ])('after $after, attempt $attempt: runs again: $again', ({ error, attempt, again }) => {
    expect(mayMergeAgain(error, attempt)).toBe(again)
  })
})

describe('the reason that the client reads', () => {
  const problem = serviceProblem('malformed_body', { detail: 'The body ended early' })
  test.each([
    { when: 'a problem of the file', error: problem, isStopping: false, reason: 'The body ended early' },
    {
      when: 'an error of the database',
      error: databaseError('22003'),
      isStopping: false,
      reason: /database/,
    },
    { when: 'a service that stops', error: problem, isStopping: true, reason: interrupted },
  ])('$when', ({ error, isStopping, reason }) => {
    expect(failureReason(error, isStopping)).toMatch(reason)
  })
})

test('a client that left in the middle of its body sent a malformed body; other errors stay what they are', () => {
  const aborted = Object.assign(new Error('aborted'), { code: 'ECONNRESET' })
  expect(receiveProblem(aborted)).toMatchObject({ code: 'malformed_body', message: 'The body ended early' })
  const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
  expect(receiveProblem(reset)).toBe(reset)
})
