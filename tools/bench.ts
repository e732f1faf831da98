// npm run bench -- <app> [--quick] [--only PART] [--scale N] [--judged FOLDER] [--json FILE]: measures an app's goals, and
// fails if one is missed.
import { resolve } from 'node:path'
import { benchAuth } from './bench/src/auth.ts'
import { benchCatalog } from './bench/src/catalog.ts'
import { type Bench, runBench } from './bench/src/run-bench.ts'
import { exitWithUsage, readCommandLine } from './local/command-line.ts'

const benches: Readonly<Record<string, { bench: Bench; isCatalog?: boolean }>> = {
  auth: { bench: benchAuth },
  catalog: { bench: benchCatalog, isCatalog: true },
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

const interrupted = new Promise<never>((_, reject) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => reject(new Error(`interrupted by ${signal}`)))
  }
  process.on('uncaughtException', reject)
})
const exitCode = await runBench(chosen.bench, {
  effort: values.quick ? quick : full,
  ...(scale !== undefined && { scale }),
  ...(judged !== undefined && { judged: resolve(judged) }),
  ...(values.only !== undefined && { only: values.only }),
  ...(values.json !== undefined && { jsonFile: values.json }),
  interrupted,
  say: (line) => console.error(line),
  print: (text) => console.log(text),
})
// An interrupted bench may still have requests and timers under way.
process.exit(exitCode)
