import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, chown, mkdir, readlink, realpath, rm, stat, symlink } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'

// PostgreSQL refuses to run as root, and most containers run as root. Then PostgreSQL runs as this user: the number is
// `nobody` on every Linux, and a name would need an entry in /etc/passwd.
const nobody = { uid: 65_534, gid: 65_534 }

/** The user that runs PostgreSQL: undefined means our own. */
export const postgresUser = process.getuid?.() === 0 ? nobody : undefined

// Root keeps the data here when the wanted folder is below one that `nobody` cannot enter, such as /root.
const openCache = '/var/cache/fondasi'
const openData = '/var/lib/fondasi'

/** Returns the given cache folder, or one that the user who runs PostgreSQL can read. */
export async function readableCache(folder: string): Promise<string> {
  if (canEnter(folder)) return folder
  await mkdir(openCache, { recursive: true })
  return openCache
}

/**
 * Prepares the place for a data folder: makes its parent, and lets the user who runs PostgreSQL pass through the parent.
 * If a folder further up is still closed to that user, the data goes elsewhere and `dataDir` becomes a link to it.
 * deleteData follows the link.
 */
export async function reachableDataDir(dataDir: string): Promise<string> {
  const parent = dirname(resolve(dataDir))
  await mkdir(parent, { recursive: true })
  const wanted = join(await realpath(parent), basename(dataDir))
  if (canEnter(parent) || (await canEnterWhenOpened(parent))) return wanted

  const path = createHash('sha256').update(wanted).digest('hex').slice(0, 12)
  const place = join(openData, `${basename(wanted)}-${path}`)
  await mkdir(openData, { recursive: true })
  await symlink(place, wanted).catch(async (error: unknown) => {
    if ((await readlink(wanted).catch(() => '')) !== place) throw error
  })
  return place
}

/** Deletes a data folder, also through the link. No server may run on it. */
export async function deleteData(dataDir: string): Promise<void> {
  const place = await realpath(dataDir).catch(() => dataDir)
  await rm(place, { recursive: true, force: true })
  await rm(dataDir, { recursive: true, force: true })
}

/** Makes the user who runs PostgreSQL the owner of a file or folder, and closes it to all others. */
export async function giveToPostgresUser(path: string, mode: number): Promise<void> {
  await chmod(path, mode)
  if (postgresUser) await chown(path, postgresUser.uid, postgresUser.gid)
}

// Tries it as that user, because modes, ACLs and mounts all count.
function canEnter(folder: string): boolean {
  if (!postgresUser) return true
  return spawnSync('/bin/sh', ['-c', 'cd "$0"', folder], { ...postgresUser, cwd: '/' }).status === 0
}

async function canEnterWhenOpened(folder: string): Promise<boolean> {
  const { mode } = await stat(folder)
  await chmod(folder, mode | 0o001)
  if (canEnter(folder)) return true
  await chmod(folder, mode)
  return false
}
