import { ConfigError, loadConfig, postgresUrl } from '@fondasi/config'
import { z } from 'zod'
import { type DatabaseLogins, databaseAccess } from './provision.ts'

// The settings of an app's one-shot programs. They are separate from the app's own settings, because a process that
// serves requests must not have these logins.

type Environment = Record<string, string | undefined>

const address = (description: string) => postgresUrl().meta({ description, secret: true })

/**
 * Reads what `provisionDatabase` needs from the URLs that the app's programs log in with.
 *
 * @param env DATABASE_ADMIN_URL, DATABASE_MIGRATOR_URL and DATABASE_URL, or a file for each
 * @throws {ConfigError} that names every missing or wrong setting
 */
export function readDatabaseLogins(env: Environment): DatabaseLogins {
  const config = loadConfig(
    z.object({
      DATABASE_ADMIN_URL: address('PostgreSQL, as a role that may create databases and roles'),
      DATABASE_MIGRATOR_URL: address('PostgreSQL, as the role that may migrate'),
      DATABASE_URL: address('PostgreSQL, as the runtime role'),
    }),
    env,
  )
  const passwordOf = (url: string) => decodeURIComponent(new URL(url).password)
  const logins = {
    adminUrl: config.DATABASE_ADMIN_URL,
    name: new URL(config.DATABASE_URL).pathname.slice(1),
    passwords: {
      migrator: passwordOf(config.DATABASE_MIGRATOR_URL),
      runtime: passwordOf(config.DATABASE_URL),
    },
  }
  const { migratorUrl, runtimeUrl } = databaseAccess(logins)
  if (migratorUrl !== config.DATABASE_MIGRATOR_URL || runtimeUrl !== config.DATABASE_URL)
    throw new ConfigError([
      'the URLs must name one server, and the roles must be <database>_migrator and <database>_runtime',
    ])
  return logins
}

/**
 * Reads how `migrate` logs in: as the migrator, never as the runtime role.
 *
 * @param env DATABASE_MIGRATOR_URL, or a file for it, and DATABASE_OWNER_ROLE (default: `<database>_owner`)
 * @throws {ConfigError} that names every missing or wrong setting
 */
export function readMigratorLogin(env: Environment, database: string): { url: string; ownerRole: string } {
  const config = loadConfig(
    z.object({
      DATABASE_MIGRATOR_URL: address('PostgreSQL, as the role that may migrate'),
      DATABASE_OWNER_ROLE: z
        .string()
        .default(`${database}_owner`)
        .meta({ description: 'The role that owns the tables' }),
    }),
    env,
  )
  return { url: config.DATABASE_MIGRATOR_URL, ownerRole: config.DATABASE_OWNER_ROLE }
}
