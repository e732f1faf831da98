// npm run bench -- <app> [--quick] [--only PART] [--scale N] [--judged FOLDER] [--json FILE]: measures an app's goals, and
// fails if one is missed.
import { resolve } from 'node:path'
import { benchAuth } from './bench/src/auth.ts'
import { benchCatalog } from './bench/src/catalog.ts'
import { benchJobs } from './bench/src/jobs.ts'
import { type BenchRun, runBench, untilInterrupted } from './bench/src/run-bench.ts'
import { exitWithUsage, readCommandLine } from './local/command-line.ts'

const benches: Readonly<Record<string, { bench: (run: BenchRun) => Promise<void>; isCatalog?: boolean }>> = {
  auth: { bench: benchAuth },
  catalog: { bench: benchCatalog, isCatalog: true },
  jobs: { bench: benchJobs },
}
const full = { rounds: 5, sideMs: 2_000 }
/** Shows that the bench works; its figures are too noisy to be quoted. */
const quick = { rounds: 3, sideMs: 500 }

const { values, positionals } = readCommandLine('bench', {
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    scale: { type: 'string' },
    judged: { type: 'string' },
    only: { type: 'string' },
    json: { type: 'string' },
  },
})
const [app = ''] = positionals
const chosen = Object.entries(benches).find(([name]) => name === app)?.[1]
const scale = values.scale === undefined ? undefined : Number(values.scale)
const { judged } = values
const isForCatalog = judged !== undefined || scale !== undefined
if (!chosen || positionals.length > 1 || (isForCatalog && !chosen.isCatalog) || (scale ?? 100) < 100)
  exitWithUsage('bench')

const choice = {
  effort: values.quick ? quick : full,
  ...(scale !== undefined && { scale }),
  ...(judged !== undefined && { judged: resolve(judged) }),
}
const exitCode = await runBench((run) => chosen.bench({ ...run, ...choice }), {
  ...(values.only !== undefined && { only: values.only }),
  ...(values.json !== undefined && { jsonFile: values.json }),
  interrupted: untilInterrupted(),
  say: (line) => console.error(line),
  print: (text) => console.log(text),
})
// An interrupted bench may still have requests and timers under way.
process.exit(exitCode)
