import { configOrExit } from '@fondasi/config'
import { createLogger } from '@fondasi/logging'
import { provisionDatabase, readDatabaseLogins } from '@fondasi/postgres'

// One-shot: makes the database and the roles that the service's own addresses log in with, or brings them up to
// date. The only program that ever holds the administrator's password.
const log = createLogger({ name: 'auth-provision', level: 'info' })
const logins = configOrExit(() => readDatabaseLogins(process.env))
await provisionDatabase(logins)
log.info({ database: logins.name }, 'database and roles are there')
