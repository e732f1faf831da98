import { loadConfig } from '@fondasi/config'
import { createLogger } from '@fondasi/logging'
import { databaseAccess, provisionDatabase } from '@fondasi/postgres'
import { z } from 'zod'

// One-shot: makes the database and the roles that the service's own addresses log in with, or brings them up to
// date. The only program that ever holds the administrator's password.
const address = (description: string) => z.url().meta({ description, secret: true })
const config = loadConfig(
  z.object({
    DATABASE_ADMIN_URL: address('PostgreSQL, as a role that may create databases and roles'),
    DATABASE_MIGRATOR_URL: address('PostgreSQL, as the role that may migrate'),
    DATABASE_URL: address('PostgreSQL, as the runtime role'),
  }),
  process.env,
)

const log = createLogger({ name: 'catalog-provision', level: 'info' })
const runtime = new URL(config.DATABASE_URL)
const logins = {
  adminUrl: config.DATABASE_ADMIN_URL,
  name: runtime.pathname.slice(1),
  passwords: {
    migrator: decodeURIComponent(new URL(config.DATABASE_MIGRATOR_URL).password),
    runtime: decodeURIComponent(runtime.password),
  },
}
const { migratorUrl, runtimeUrl } = databaseAccess(logins)
if (migratorUrl !== config.DATABASE_MIGRATOR_URL || runtimeUrl !== config.DATABASE_URL) {
  log.error(
    'the addresses must be of one server and name the roles <database>_migrator and <database>_runtime',
  )
  process.exit(1)
}
await provisionDatabase(logins)
log.info({ database: logins.name }, 'database and roles are there')
