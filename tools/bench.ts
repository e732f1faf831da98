// npm run bench -- <app> [--quick] [--scale N] [--json FILE]: measures what an app promises, and fails when it is not kept.
import { writeFile } from 'node:fs/promises'
import { benchAuth } from './bench/src/auth.ts'
import { benchCatalog } from './bench/src/catalog.ts'
import type { Cleanups } from './bench/src/data-stores.ts'
import type { Effort } from './bench/src/load.ts'
import { type Row, renderTable, toJson } from './bench/src/report.ts'
import { exitWithUsage, readCommandLine } from './local/command-line.ts'

type Bench = (
  effort: Effort,
  cleanups: Cleanups,
  say: (line: string) => void,
  scale?: number,
) => Promise<{ rows: Row[]; machine: string }>
const benches: Readonly<Record<string, { run: Bench; takesScale?: boolean }>> = {
  auth: { run: benchAuth },
  catalog: { run: benchCatalog, takesScale: true },
}
const full = { rounds: 7, sideMs: 2_500 }
/** To see that the bench works; the figures are too noisy to be quoted. */
const quick = { rounds: 3, sideMs: 500 }

const { values, positionals } = readCommandLine('bench', {
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    scale: { type: 'string' },
    json: { type: 'string' },
  },
})
const [app = ''] = positionals
const bench = Object.entries(benches).find(([name]) => name === app)?.[1]
const scale = values.scale === undefined ? undefined : Number(values.scale)
if (!bench || positionals.length > 1 || (scale !== undefined && !(bench.takesScale && scale >= 100)))
  exitWithUsage('bench')

const cleanups: Cleanups = []
async function closeAll() {
  for (let close = cleanups.pop(); close; close = cleanups.pop()) await close()
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void closeAll().finally(() => process.exit(130)))
}

try {
  const result = await bench.run(values.quick ? quick : full, cleanups, (line) => console.error(line), scale)
  const json = toJson(result.rows)
  console.log(`\n${renderTable(result.rows)}\n\n${result.machine}`)
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(json, null, 2)}\n`)
  process.exitCode = json.every((row) => row.ok) ? 0 : 1
} finally {
  await closeAll()
}
