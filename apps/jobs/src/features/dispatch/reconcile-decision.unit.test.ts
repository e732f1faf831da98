import { expect, test } from 'vitest'
import { decideReconcile } from './reconcile-decision.ts'

const waiting = { timestamp: '1', finishedOn: null, returnvalue: null, failedReason: null }
const finished = { ...waiting, finishedOn: '2' }
const stalled = 'job stalled more than allowable limit'

test.each([
  ['a missing entry is lost', { ...waiting, timestamp: null }, { kind: 'lost', remove: false }],
  ['an entry that waits or runs stays', waiting, { kind: 'keep' }],
  [
    'one that finished with our fence is done',
    { ...finished, returnvalue: '{"fence":3,"result":[1]}' },
    { kind: 'done', result: [1] },
  ],
  [
    'one that finished with an older fence must run again',
    { ...finished, returnvalue: '{"fence":2,"result":null}' },
    { kind: 'lost', remove: true },
  ],
  [
    'one whose run was dropped must run again',
    { ...finished, returnvalue: 'null' },
    { kind: 'lost', remove: true },
  ],
  [
    'one that stalled too often is poison',
    { ...finished, failedReason: stalled },
    { kind: 'failed', outcome: 'crashed', reason: 'poison', message: stalled },
  ],
  [
    'one that failed without us is dead',
    { ...finished, failedReason: 'boom' },
    { kind: 'failed', outcome: 'failed', reason: 'non_retryable', message: 'boom' },
  ],
] as const)('%s', (_what, entry, expected) => {
  expect(decideReconcile({ fence: 3 }, entry)).toEqual(expected)
})
