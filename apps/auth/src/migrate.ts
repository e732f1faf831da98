import { fileURLToPath } from 'node:url'
import { configOrExit } from '@fondasi/config'
import { createLogger } from '@fondasi/logging'
import { migrate, readMigratorLogin } from '@fondasi/postgres'

// One-shot program: applies the migrations. It logs in as the migrator, never as the runtime role.
await migrate({
  ...configOrExit(() => readMigratorLogin(process.env, 'auth')),
  migrationsFolder: fileURLToPath(new URL('../migrations', import.meta.url)),
  log: createLogger({ name: 'auth-migrate', level: 'info' }),
})
