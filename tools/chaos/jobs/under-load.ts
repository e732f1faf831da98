import { exactly, type Row } from '../../bench/src/report.ts'
import { startClients } from './clients.ts'
import { describeFailures, readWhenEnded } from './ledger.ts'
import type { Stack } from './stack.ts'
import { judge } from './verdict.ts'

/** What every part gets. */
export interface Chaos extends Stack {
  /** How often a part breaks something: in a full run, in a quick one, or what `--times` says. */
  times(full: number, quick: number): number
  isQuick: boolean
  say: (line: string) => void
  /** Adds rows to the result even if the part fails afterwards. */
  keep(rows: readonly Row[]): void
}

/** An outcome of jobs that nothing was wrong with. */
export interface Promises {
  /** What was done, such as `kill -9 of a worker`. Each row begins with it. */
  name: string
  /** How often, such as `50 times`. */
  how: string
}

/**
 * Breaks something while clients enqueue jobs, waits until all jobs have ended, and judges them. When `breakIt` fails, the
 * counts are kept all the same.
 *
 * @returns the rows about the promises that every part has to keep, and the ids of the acknowledged jobs
 */
export async function underLoad(
  chaos: Chaos,
  promises: Promises,
  breakIt: () => Promise<void>,
): Promise<{ rows: Row[]; ids: string[] }> {
  const clients = startClients(chaos)
  let failure: unknown
  try {
    await breakIt()
  } catch (error) {
    failure = error
  }
  await clients.stop()
  const ids = clients.acknowledged
  const rows = await judgeJobs(chaos, promises, ids)
  if (failure === undefined) return { rows, ids }
  chaos.keep(rows)
  throw failure
}

/** Waits until jobs have ended. @returns the rows about the promises that every part has to keep */
export async function judgeJobs(
  { ledger, runLog, say }: Chaos,
  { name, how }: Promises,
  ids: readonly string[],
): Promise<Row[]> {
  const jobs = await readWhenEnded(ledger, ids)
  const { acknowledged, done, dead, lost, runsAfterEnd, attemptsUsed } = judge(ids, jobs, runLog.runs)
  if (lost.length > 0) say(`Lost: ${lost.slice(0, 5).join(', ')}`)
  for (const { jobId, outcome } of runsAfterEnd.slice(0, 5))
    say(`Ran again after its end (${outcome}): ${jobId}`)
  const zero = (what: string, value: number, from: string): Row => ({
    name: `${name}: ${what}`,
    value,
    goal: exactly(0),
    from,
  })
  return [
    zero('jobs lost', lost.length, `${how}; ${acknowledged} acknowledged, ${done} done`),
    zero('finished jobs run again', runsAfterEnd.length, ''),
    zero('healthy jobs dead', dead, ''),
    zero('attempts used', attemptsUsed, await describeFailures(ledger, ids)),
  ]
}
