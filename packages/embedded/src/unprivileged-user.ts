import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, chown, lstat, mkdir, realpath, symlink } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { exists } from './cache-folder.ts'

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
 * The place for a data folder: its parent exists, and the user who runs PostgreSQL can reach it. Where that
 * needs another place, `dataDir` becomes a link to it, so that whoever removes or looks for the data finds it.
 */
export async function reachableDataDir(dataDir: string): Promise<string> {
  const wanted = resolve(dataDir)
  const parent = dirname(wanted)
  await mkdir(parent, { recursive: true })
  if (canEnter(parent)) return join(await realpath(parent), basename(wanted))

  const path = createHash('sha256').update(wanted).digest('hex').slice(0, 12)
  const place = join(openData, `${basename(wanted)}-${path}`)
  await mkdir(openData, { recursive: true })
  if (!(await isLink(wanted))) {
    if (await exists(wanted)) throw new Error(`user ${nobody.uid} cannot reach ${wanted}`)
    await symlink(place, wanted)
  }
  return place
}

/** Gives a folder to the user who runs PostgreSQL, closed to everybody else. */
export async function giveAway(path: string, mode: number): Promise<void> {
  await chmod(path, mode)
  if (postgresUser) await chown(path, postgresUser.uid, postgresUser.gid)
}

// Asks the system by trying, as that user: modes, ACLs and mounts all count.
function canEnter(folder: string): boolean {
  if (!postgresUser) return true
  return spawnSync('/bin/sh', ['-c', 'cd "$0"', folder], { ...postgresUser, cwd: '/' }).status === 0
}

async function isLink(path: string): Promise<boolean> {
  return lstat(path).then(
    (stat) => stat.isSymbolicLink(),
    () => false,
  )
}
