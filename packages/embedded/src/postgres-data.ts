import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFile, rename, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { exists, makeComplete } from './complete-folder.ts'
import type { PostgresBinaries } from './postgres-binaries.ts'
import { isProcessOf } from './process-identity.ts'
import { signal } from './supervised-process.ts'
import { giveToPostgresUser, postgresUser } from './unprivileged-user.ts'

// Kept in the data folder, so that both are made, moved and deleted together. Written last: it proves that the folder
// is complete.
const passwordFile = 'superuser-password'

/** The part of our environment that PostgreSQL gets: no variable that changes its behaviour. */
export const postgresEnv = { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }

/**
 * Makes the data folder if it is absent, and returns the superuser's password.
 * @throws Error when the folder holds something else, or data of another major version
 */
export async function prepareDataDir(dataDir: string, binaries: PostgresBinaries, durable: boolean) {
  if (!(await exists(join(dataDir, passwordFile)))) await initialise(dataDir, binaries, durable)

  const [major] = binaries.version.split('.')
  const version = (await readFile(join(dataDir, 'PG_VERSION'), 'utf8')).trim()
  if (version !== major) {
    throw new Error(
      `${dataDir} was made by PostgreSQL ${version}, but this is PostgreSQL ${binaries.version}. Delete the folder`,
    )
  }
  return (await readFile(join(dataDir, passwordFile), 'utf8')).trim()
}

/**
 * If initdb is killed, it leaves a folder that looks like a data folder. So it works in a temporary folder, which is
 * renamed when it is complete.
 */
async function initialise(dataDir: string, binaries: PostgresBinaries, durable: boolean): Promise<void> {
  await rmdir(dataDir).catch(() => {}) // an empty folder is as good as none
  if (await exists(dataDir)) {
    throw new Error(
      `${dataDir} holds files that are not a complete PostgreSQL data folder. Move it away or delete it`,
    )
  }
  await makeComplete(dataDir, async (work) => {
    const made = join(work, 'data')
    const password = join(work, passwordFile)
    await giveToPostgresUser(work, 0o700)
    await writeFile(password, randomBytes(24).toString('base64url'), { mode: 0o600 })
    await giveToPostgresUser(password, 0o600)
    const options = { cwd: '/', env: postgresEnv, ...postgresUser }
    await promisify(execFile)(binaries.initdb, initdbArguments(made, password, durable), options)
    await rename(password, join(made, passwordFile))
    return made
  })
}

function initdbArguments(folder: string, password: string, durable: boolean): string[] {
  return [
    `--pgdata=${folder}`,
    '--username=postgres',
    `--pwfile=${password}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // The built-in provider sorts and lower-cases all of Unicode, the same on every machine. The C library's locale
    // only fills settings that we do not use. macOS has no C.UTF-8.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    `--locale=${process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8'}`,
    '--no-instructions',
    ...(durable ? [] : ['--no-sync']),
  ]
}

/**
 * Checks the postmaster.pid of the last server before a new one starts. PostgreSQL believes that any living process
 * with that id is the old server, although after a crash the id may belong to another program. In that case we write
 * our own id into the file: PostgreSQL knows that its ancestors are not servers, and still checks the other lines.
 * @throws Error when a server runs on this folder
 */
export async function settlePidFile(dataDir: string): Promise<void> {
  const file = join(dataDir, 'postmaster.pid')
  const text = await readFile(file, 'utf8').catch(() => '')
  const pid = Number.parseInt(text, 10)
  if (!Number.isInteger(pid) || !signal(pid, 0)) return
  if (await isProcessOf(pid, dataDir)) {
    const port = text.split('\n')[3] ?? '?'
    throw new Error(`PostgreSQL already runs on ${dataDir} (process ${pid}, port ${port})`)
  }
  await writeFile(file, text.replace(/^\d+/, String(process.pid)))
}
