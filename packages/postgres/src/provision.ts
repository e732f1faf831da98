import { Client, escapeIdentifier, escapeLiteral } from 'pg'
import { scramVerifier } from './scram-verifier.ts'

// Belongs to the database that `adminUrl` names: callers that may meet must name the same one.
const provisionLock = 4_100_002

export type DatabaseLogins = {
  adminUrl: string
  name: string
  /** ASCII; they are set again on every call, which is how they are rotated. */
  passwords: { migrator: string; runtime: string }
}

/** How to log in to a provisioned database, and the owner's name for `migrate`. */
export type DatabaseAccess = { migratorUrl: string; runtimeUrl: string; ownerRole: string }

/**
 * Makes a database and its three roles, or brings them up to date. Idempotent, safe when two run at once.
 *
 * - `<name>_owner` cannot log in; it owns the database and all that migrations create
 * - `<name>_migrator` logs in and becomes the owner by SET ROLE
 * - `<name>_runtime` serves: reads and writes rows, calls functions, creates, alters and drops nothing
 *
 * Nobody else may connect.
 *
 * @param options.adminUrl of a superuser, or of a role with CREATEDB and CREATEROLE
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

/** What `provisionDatabase` returns, without asking the server: for a database that is already provisioned. */
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
  // SET but not INHERIT: what the migrator makes without SET ROLE would not be the owner's, so it fails instead.
  await admin.query(`grant ${id(roles.owner)} to ${id(roles.migrator)} with set true, inherit false`)
  // An administrator who is no superuser may give a database only to a role that it is a member of.
  await admin.query(`grant ${id(roles.owner)} to current_user with set true, inherit true`)
}

async function createDatabase(admin: Client, name: string, owner: string) {
  const known = await admin.query('select from pg_database where datname = $1', [name])
  // Text in the same order and lower case on every server, whatever its own locale is. Only template0 may be changed so.
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
    -- For what migrations will create. Other schemas are the migrations' own affair.
    alter default privileges in schema public grant select, insert, update, delete on tables to ${runtime};
    alter default privileges in schema public grant usage on sequences to ${runtime};
    -- The default that lets PUBLIC execute stands above the schema and is taken away there.
    alter default privileges revoke execute on functions from public;
    alter default privileges in schema public grant execute on functions to ${runtime};
    commit`)
}

async function withClient(url: string, use: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: url, application_name: 'provision' })
  // The query that needs the lost connection rejects; without a listener the event would end the process.
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
