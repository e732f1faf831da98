import { configOrExit } from '@fondasi/config'
import { createLogger } from '@fondasi/logging'
import { provisionDatabase, readDatabaseLogins } from '@fondasi/postgres'

// One-shot program: creates or updates the database and the roles that the service's URLs log in with. No other program has
// the administrator's password.
const log = createLogger({ name: 'auth-provision', level: 'info' })
const logins = configOrExit(() => readDatabaseLogins(process.env))
await provisionDatabase(logins)
log.info({ database: logins.name }, 'database and roles are ready')
