import { expect, test } from 'vitest'
import { decideWatch, type QueueSample, type QueueWatch, type WatchdogDecision } from './watchdog-decision.ts'

const idle: QueueSample = { startable: 3, hasFreeSlot: true, started: 0 }

/** Feeds samples, five seconds apart. */
function watchOver(samples: QueueSample[]): WatchdogDecision[] {
  let watch: QueueWatch = { started: 0, idleSinceMs: undefined, replaced: 0 }
  return samples.map((sample, at) => {
    const decided = decideWatch(watch, sample, at * 5_000)
    watch = decided.watch
    return decided.decision
  })
}

test('a worker that starts nothing for 15 s is replaced, and after 15 s more the process must exit', () => {
  expect(watchOver(Array.from({ length: 7 }, () => idle))).toEqual([
    'ok',
    'ok',
    'ok',
    'replace',
    'ok',
    'ok',
    'exit',
  ])
})

test.each([
  ['no job waits', { ...idle, startable: 0 }],
  ['every slot is taken', { ...idle, hasFreeSlot: false }],
])('nothing is wrong while %s', (_when, sample) => {
  expect(watchOver(Array.from({ length: 10 }, () => sample))).toEqual(Array(10).fill('ok'))
})

test('a start begins the count again, also after a replacement', () => {
  const busy = (started: number) => ({ ...idle, started })
  expect(watchOver([idle, idle, idle, idle, busy(1), busy(1), busy(1), busy(1)])).toEqual([
    'ok',
    'ok',
    'ok',
    'replace',
    'ok',
    'ok',
    'ok',
    'ok',
  ])
  expect(watchOver([busy(1), busy(2), busy(3), busy(4), busy(5)])).toEqual(Array(5).fill('ok'))
})
