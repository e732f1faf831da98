import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const prefix = 'fondasi-test-'

/** Makes a temporary folder for the data of a test's servers. It also removes the folders of killed processes. */
export async function makeTestFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  await removeLeftovers()
  const path = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`))
  // If root starts PostgreSQL, it runs as another user, who must be able to enter the folder.
  await chmod(path, 0o755)
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

async function removeLeftovers(): Promise<void> {
  const names = await readdir(tmpdir())
  const dead = names.filter((name) => {
    const pid = name.startsWith(prefix) ? Number.parseInt(name.slice(prefix.length), 10) : Number.NaN
    return pid > 0 && !isRunning(pid)
  })
  // We cannot remove the folders of another user.
  await Promise.allSettled(dead.map((name) => rm(join(tmpdir(), name), { recursive: true, force: true })))
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: the process runs as another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
