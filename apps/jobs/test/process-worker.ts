import { readConfig } from '../src/config.ts'
import { runWorker } from '../src/run-worker.ts'
import { processKinds } from './process-kinds.ts'

// worker.ts with the kinds of the tests.
await runWorker({
  config: readConfig(process.env),
  createKinds: () => ({ list: processKinds, close: async () => {} }),
  program: new URL(import.meta.url),
  env: process.env,
  isQuarantine: process.argv.includes('--quarantine'),
})
