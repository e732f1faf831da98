import { configOrExit } from '@fondasi/config'
import { createLogger } from '@fondasi/logging'
import { provisionDatabase, readDatabaseLogins } from '@fondasi/postgres'

// One-shot: creates or updates the database and the roles of the service. It is the only program that gets the
// administrator's password.
const log = createLogger({ name: 'jobs-provision', level: 'info' })
const logins = configOrExit(() => readDatabaseLogins(process.env))
await provisionDatabase(logins)
log.info({ database: logins.name }, 'database and roles are ready')
