import { measureParts, type Part, type Run } from '../../bench/src/run-bench.ts'
import { killApi, killPostgres, killRedisWithData, killRedisWithoutData, killWorkers } from './parts/kills.ts'
import { killDuringMails } from './parts/mails.ts'
import { runPoison } from './parts/poison.ts'
import { killDuringRedrive } from './parts/redrive.ts'
import { rollOut, stopWorker } from './parts/signals.ts'
import { startStack } from './stack.ts'
import type { Chaos } from './under-load.ts'

const parts: readonly Part<Chaos>[] = [
  ['worker', killWorkers],
  ['api', killApi],
  ['redis without persistence', killRedisWithoutData],
  ['redis with its file', killRedisWithData],
  ['postgres', killPostgres],
  ['stopped worker', stopWorker],
  ['mailing', killDuringMails],
  ['poison', runPoison],
  ['rollout', rollOut],
  ['redrive', killDuringRedrive],
]

/** How much to break. */
export interface Plan {
  isQuick: boolean
  /** How often each part breaks something, instead of its own figure. */
  times?: number
}

/** Breaks jobs while clients use it, and counts which promises it keeps. All parts use one stack, one after the other. */
export async function chaosJobs(run: Run, { isQuick, times }: Plan): Promise<void> {
  run.say('Starting PostgreSQL, Redis, a mail server, the API and two workers')
  const stack = await startStack(run.cleanups)
  run.servers.push(stack.postgres.source, stack.redis.source)
  const chaos: Chaos = {
    ...stack,
    isQuick,
    times: (full, quick) => times ?? (isQuick ? quick : full),
    say: run.say,
    keep: (rows) => run.results.rows.push(...rows),
  }
  await measureParts(parts, chaos, run)
  run.say('skipped: power cuts. They need a disk that loses what was not synced, and this script has none.')
}
