import { configOrExit } from '@fondasi/config'
import { readConfig } from './config.ts'
import { createKinds } from './kinds.ts'
import { runWorker } from './run-worker.ts'

// The worker process. With `--quarantine` it runs the jobs that were running when a worker died; worker.ts starts that process
// itself and watches it.
const config = configOrExit(() => readConfig(process.env))
await runWorker({
  config,
  createKinds,
  program: new URL(import.meta.url),
  env: process.env,
  isQuarantine: process.argv.includes('--quarantine'),
})
