import { ConfigError, loadConfig, postgresUrl } from '@fondasi/config'
import { z } from 'zod'
import { type DatabaseLogins, databaseAccess } from './provision.ts'

// What an app's one-shot programs read from the environment. Its own settings are another matter: those who hold
// these addresses never serve.

type Environment = Record<string, string | undefined>

const address = (description: string) => postgresUrl().meta({ description, secret: true })

/**
 * What `provisionDatabase` makes, from the addresses that the service's own programs log in with.
 *
 * @param env DATABASE_ADMIN_URL, DATABASE_MIGRATOR_URL and DATABASE_URL, or a file of each
 * @throws {ConfigError} naming everything that is missing or wrong
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
      'the addresses must be of one server and name the roles <database>_migrator and <database>_runtime',
    ])
  return logins
}

/**
 * How `migrate` logs in: as the migrator, never as the role that serves.
 *
 * @param env DATABASE_MIGRATOR_URL, or a file of it, and DATABASE_OWNER_ROLE, by default `<database>_owner`
 * @throws {ConfigError} naming everything that is missing or wrong
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
