import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { defineJob } from '../src/features/kinds/define-job.ts'
import { Done } from '../src/features/kinds/outcome.ts'

/** Takes a while, and obeys its signal. */
export const slow = defineJob({
  name: 'test.slow',
  queue: 'test',
  payload: z.strictObject({ ms: z.int() }),
  deadlineMs: 600_000,
  async handler({ payload, signal }) {
    await delay(payload.ms, undefined, { signal })
    return Done(process.pid)
  },
})

/** Kills the process in which it runs. */
export const poison = defineJob({
  name: 'test.poison',
  queue: 'test',
  payload: z.unknown(),
  async handler() {
    process.kill(process.pid, 'SIGKILL')
    await delay(60_000)
  },
})

export const processKinds = [slow, poison]
