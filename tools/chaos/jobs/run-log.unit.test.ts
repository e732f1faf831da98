import { expect, test } from 'vitest'
import { createRunLog } from './run-log.ts'

test('a run is read from its line: it began when it ended, less what it took', () => {
  const log = createRunLog()
  log.read('{"time":"2026-11-30T10:00:00.500Z","msg":"job run","jobId":"a","outcome":"done","ms":200}')
  expect(log.runs).toEqual([
    { jobId: 'a', startedAt: Date.parse('2026-11-30T10:00:00.300Z'), outcome: 'done' },
  ])
})

test('other lines, and what is not JSON, are skipped', () => {
  const log = createRunLog()
  for (const line of ['{"msg":"listening"}', 'node:internal "outcome":', '']) log.read(line)
  expect(log.runs).toEqual([])
})
