import { fileURLToPath } from 'node:url'
import { configOrExit } from '@fondasi/config'
import { createLogger } from '@fondasi/logging'
import { migrate, readMigratorLogin } from '@fondasi/postgres'

// One-shot: applies the migrations. It logs in as the migrator, never as the role that serves requests.
await migrate({
  ...configOrExit(() => readMigratorLogin(process.env, 'jobs')),
  migrationsFolder: fileURLToPath(new URL('../migrations', import.meta.url)),
  log: createLogger({ name: 'jobs-migrate', level: 'info' }),
})
