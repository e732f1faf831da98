import { Client, escapeIdentifier, escapeLiteral } from 'pg'
import { scramVerifier } from './scram-verifier.ts'

// The lock belongs to the database that `adminUrl` names, so callers that may run at once must name the same one.
const provisionLock = 4_100_002

export type DatabaseLogins = {
  adminUrl: string
  name: string
  /** ASCII. Every call sets them again, which is how to rotate them. */
  passwords: { migrator: string; runtime: string }
}

/** The logins of a provisioned database, and the owner's name for `migrate`. */
export type DatabaseAccess = { migratorUrl: string; runtimeUrl: string; ownerRole: string }

/**
 * Creates a database and its three roles, or brings them up to date. It is idempotent, and two runs at once are safe.
 *
 * - `<name>_owner` cannot log in. It owns the database and everything that migrations create.
 * - `<name>_migrator` logs in and becomes the owner with SET ROLE.
 * - `<name>_runtime` serves requests: it reads and writes rows and calls functions. It cannot create, alter or drop.
 *
 * No other role may connect.
 *
 * @param options.adminUrl logs in as a superuser, or as a role with CREATEDB and CREATEROLE
 */
export async function provisionDatabase(options: DatabaseLogins): Promise<DatabaseAccess> {
  const { adminUrl, name, passwords } = options
  const roles = rolesOf(name)
  await withClient(adminUrl, async (admin) => {
    await admin.query('select pg_advisory_lock($1)', [provisionLock])
    await createRoles(admin, roles, passwords)
    await createDatabase(admin, name, roles.owner)
    await withClient(withDatabase(adminUrl, name).href, (client) => grantPrivileges(client, name, roles))
  })
  return databaseAccess(options)
}

/** Returns the same as `provisionDatabase` without asking the server, for a database that is already provisioned. */
export function databaseAccess({ adminUrl, name, passwords }: DatabaseLogins): DatabaseAccess {
  const roles = rolesOf(name)
  const database = withDatabase(adminUrl, name)
  return {
    migratorUrl: withLogin(database, roles.migrator, passwords.migrator),
    runtimeUrl: withLogin(database, roles.runtime, passwords.runtime),
    ownerRole: roles.owner,
  }
}

type Roles = { owner: string; migrator: string; runtime: string }

function rolesOf(name: string): Roles {
  return { owner: `${name}_owner`, migrator: `${name}_migrator`, runtime: `${name}_runtime` }
}

async function createRoles(admin: Client, roles: Roles, passwords: DatabaseLogins['passwords']) {
  for (const role of Object.values(roles)) {
    const known = await admin.query('select from pg_roles where rolname = $1', [role])
    if (known.rowCount === 0) await admin.query(`create role ${id(role)} nologin`)
  }
  const setPassword = (role: string, password: string) =>
    admin.query(`alter role ${id(role)} login password ${escapeLiteral(scramVerifier(password))}`)
  await setPassword(roles.migrator, passwords.migrator)
  await setPassword(roles.runtime, passwords.runtime)
  // SET without INHERIT: if the migrator forgets SET ROLE, creating a table fails. With INHERIT, the table would belong
  // to the migrator.
  await admin.query(`grant ${id(roles.owner)} to ${id(roles.migrator)} with set true, inherit false`)
  // Without superuser rights, the administrator may give a database only to a role that it is a member of.
  await admin.query(`grant ${id(roles.owner)} to current_user with set true, inherit true`)
}

async function createDatabase(admin: Client, name: string, owner: string) {
  const known = await admin.query('select from pg_database where datname = $1', [name])
  // Sorts and lower-cases text alike on every server, whatever its default locale is. Only template0 allows the change.
  if (known.rowCount === 0) {
    await admin.query(`create database ${id(name)} owner ${id(owner)} template template0 encoding 'UTF8'
      locale_provider builtin builtin_locale 'C.UTF-8'`)
  } else await admin.query(`alter database ${id(name)} owner to ${id(owner)}`)
}

async function grantPrivileges(client: Client, name: string, roles: Roles) {
  const [owner, migrator, runtime] = [id(roles.owner), id(roles.migrator), id(roles.runtime)]
  await client.query(`
    begin;
    set local role ${owner};
    -- PUBLIC may connect and make temporary tables by default.
    revoke all on database ${id(name)} from public;
    grant connect on database ${id(name)} to ${migrator}, ${runtime};
    revoke all on schema public from public;
    grant usage on schema public to ${runtime};
    -- For what migrations will create in this schema. A migration that adds a schema grants its own privileges.
    alter default privileges in schema public grant select, insert, update, delete on tables to ${runtime};
    alter default privileges in schema public grant usage on sequences to ${runtime};
    -- The default that lets PUBLIC execute functions is not per schema, so it is revoked for all schemas.
    alter default privileges revoke execute on functions from public;
    alter default privileges in schema public grant execute on functions to ${runtime};
    commit`)
}

async function withClient(url: string, use: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: url, application_name: 'provision' })
  // Without a listener, the event would end the process. The next query on the lost connection rejects anyway.
  client.on('error', () => {})
  await client.connect()
  try {
    await use(client)
  } finally {
    await client.end()
  }
}

function withDatabase(url: string, name: string): URL {
  const database = new URL(url)
  database.pathname = `/${encodeURIComponent(name)}`
  return database
}

function withLogin(database: URL, user: string, password: string): string {
  const url = new URL(database)
  url.username = encodeURIComponent(user)
  url.password = encodeURIComponent(password)
  return url.href
}

function id(name: string): string {
  return escapeIdentifier(name)
}
