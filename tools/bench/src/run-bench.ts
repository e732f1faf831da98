import { writeFile } from 'node:fs/promises'
import type { Cleanups } from './data-stores.ts'
import type { Effort } from './load.ts'
import { describeMachine, type Results, type Row, renderResults, toJson } from './report.ts'

/** Where a run puts what it measures. `npm run bench` and `npm run chaos` share it. */
export interface Run {
  /** Runs only the parts whose name contains this. */
  only?: string
  cleanups: Cleanups
  results: Results
  /** Versions of the servers that the bench started. */
  servers: string[]
  /** Shows progress. */
  say: (line: string) => void
}

/** What a bench gets, and where it puts what it measures. */
export interface BenchRun extends Run {
  effort: Effort
  /** Products in the large shop, for a bench that takes `--scale`. */
  scale?: number
  /** A folder with a judged set, for a bench that takes `--judged`. Nothing else is measured then. */
  judged?: string
}

/** One measurement: its name, and the function that makes its rows. */
export type Part<Context> = readonly [name: string, measure: (context: Context) => Promise<Row[]>]

/** Runs the parts one after the other. A part that fails is reported, and the next one runs all the same. */
export async function measureParts<Context>(
  parts: readonly Part<Context>[],
  context: Context,
  { results, say, only = '' }: Pick<Run, 'results' | 'say' | 'only'>,
): Promise<void> {
  for (const [part, measure] of parts.filter(([name]) => name.includes(only))) {
    say(`Measuring ${part}`)
    const startedAt = performance.now()
    try {
      results.rows.push(...(await measure(context)))
      say(`Measured ${part} in ${((performance.now() - startedAt) / 1000).toFixed(0)} s`)
    } catch (error) {
      const reason = messageOf(error)
      results.failures.push({ part, reason })
      say(`Measuring ${part} failed: ${reason}`)
    }
  }
}

/**
 * Measures, prints the results and writes the JSON file, whether `measure` reached its end or not.
 *
 * @param options.interrupted rejects when the run has to end early: a signal, or an error that nobody caught
 * @returns the exit code: 0 when every part ran and every goal is reached
 */
export async function runBench(
  measure: (run: Run) => Promise<void>,
  options: {
    only?: string
    jsonFile?: string
    interrupted: Promise<never>
    say: (line: string) => void
    print: (text: string) => void
  },
): Promise<number> {
  const { only, jsonFile, interrupted, say, print } = options
  const machine = describeMachine()
  const run: Run = {
    ...(only !== undefined && { only }),
    cleanups: [],
    results: { rows: [], failures: [] },
    servers: [],
    say,
  }
  try {
    await Promise.race([measure(run), interrupted])
  } catch (error) {
    run.results.failures.push({ part: 'the run did not reach its end', reason: messageOf(error) })
  }
  const { rows, failures } = run.results
  if (rows.length + failures.length === 0)
    failures.push({ part: 'the run measured nothing', reason: `no part’s name contains “${only ?? ''}”` })
  print(`\n${renderResults(run.results)}\n\n${[machine, ...run.servers].join(', ')}`)
  const json = toJson(run.results)
  if (jsonFile !== undefined) await writeFile(jsonFile, `${JSON.stringify(json, null, 2)}\n`)
  await closeAll(run.cleanups, say)
  return json.every((row) => row.ok) ? 0 : 1
}

/** Rejects when somebody asks this process to end, or when an error occurs that nobody catches. */
export function untilInterrupted(): Promise<never> {
  return new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.on(signal, () => reject(new Error(`interrupted by ${signal}`)))
    process.on('uncaughtException', reject)
  })
}

/** Closes what the run opened, the last one first. One that fails must not keep the others open. */
async function closeAll(cleanups: Cleanups, say: (line: string) => void): Promise<void> {
  for (let close = cleanups.pop(); close; close = cleanups.pop()) {
    await close().catch((error: unknown) => say(`clean-up failed: ${messageOf(error)}`))
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error)
}
