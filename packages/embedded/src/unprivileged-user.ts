import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, chown, mkdir, readlink, realpath, rm, stat, symlink } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'

// PostgreSQL refuses to run as root, who is who we are in most containers. Then it runs as this user. The
// number is `nobody` on every Linux; a name would need an entry in /etc/passwd.
const nobody = { uid: 65_534, gid: 65_534 }

/** Who shall run PostgreSQL: undefined means the user that we are. */
export const postgresUser = process.getuid?.() === 0 ? nobody : undefined

// Where root keeps what nobody must reach when the wanted place lies under a folder closed to others (/root).
const openCache = '/var/cache/fondasi'
const openData = '/var/lib/fondasi'

/** The given cache folder, or one that the user who runs PostgreSQL can read. */
export async function readableCache(folder: string): Promise<string> {
  if (canEnter(folder)) return folder
  await mkdir(openCache, { recursive: true })
  return openCache
}

/**
 * The place for a data folder: its parent exists, and the user who runs PostgreSQL can reach it. For that the
 * parent (a folder made for data) is opened for passing through. Where that is not enough, the data lives
 * elsewhere and `dataDir` becomes a link to it; deleteData follows the link.
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

/** Deletes a data folder, wherever it lives. No server may run on it. */
export async function deleteData(dataDir: string): Promise<void> {
  const place = await realpath(dataDir).catch(() => dataDir)
  await rm(place, { recursive: true, force: true })
  await rm(dataDir, { recursive: true, force: true })
}

/** Gives a file or folder to the user who runs PostgreSQL, closed to everybody else. */
export async function giveAway(path: string, mode: number): Promise<void> {
  await chmod(path, mode)
  if (postgresUser) await chown(path, postgresUser.uid, postgresUser.gid)
}

// Asks the system by trying, as that user: modes, ACLs and mounts all count.
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
