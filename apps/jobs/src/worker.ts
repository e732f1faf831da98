import { configOrExit } from '@fondasi/config'
import { readConfig } from './config.ts'
import { createKinds } from './kinds.ts'
import { runWorker } from './run-worker.ts'

// The worker process. It also starts and watches a second one with `--quarantine`, which runs the jobs that were running when a
// worker died.
const config = configOrExit(() => readConfig(process.env))
await runWorker({
  config,
  createKinds,
  program: new URL(import.meta.url),
  env: process.env,
  isQuarantine: process.argv.includes('--quarantine'),
})
