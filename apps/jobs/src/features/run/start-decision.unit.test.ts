import { expect, test } from 'vitest'
import { decideStart, isFirstStart } from './start-decision.ts'

const first = { dispatchNo: 1, attemptsStarted: 1, redisRunOfEntry: 'a', redisRun: 'a' }

test.each([
  ['nothing speaks against it', {}, true],
  ['the ledger has claimed the job twice', { dispatchNo: 2 }, false],
  ['BullMQ has started it before', { attemptsStarted: 2 }, false],
  ['Redis was restarted since', { redisRun: 'b' }, false],
  ['the run of Redis is not known yet', { redisRun: undefined }, false],
  ['the run of Redis was not known when it was added', { redisRunOfEntry: undefined }, false],
  ['neither run is known', { redisRun: undefined, redisRunOfEntry: undefined }, false],
])('a start is the first when %s', (_when, change, expected) => {
  expect(isFirstStart({ ...first, ...change })).toBe(expected)
})

test.each([
  ['a retry that is due runs', { stalls: 0, lane: 'normal', untilDueMs: 0 }, { kind: 'run' }],
  ['a stall goes to quarantine', { stalls: 1, lane: 'normal', untilDueMs: 0 }, { kind: 'quarantine' }],
  [
    'a stall in quarantine runs there again',
    { stalls: 1, lane: 'quarantine', untilDueMs: 0 },
    { kind: 'run' },
  ],
  [
    'one that is not due waits',
    { stalls: 0, lane: 'normal', untilDueMs: 60_000 },
    { kind: 'wait', forMs: 60_000 },
  ],
  ['one that differs by a clock runs', { stalls: 0, lane: 'normal', untilDueMs: 1_000 }, { kind: 'run' }],
] as const)('%s', (_what, start, expected) => {
  expect(decideStart(start)).toEqual(expected)
})
