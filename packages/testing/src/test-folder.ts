import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const prefix = 'fondasi-test-'

/** A temporary folder for the data of a test's servers. Folders of processes that were killed are removed too. */
export async function makeTestFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  await removeLeftovers()
  const path = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`))
  // Started by root, PostgreSQL runs as another user, which must be able to pass through.
  await chmod(path, 0o755)
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

async function removeLeftovers(): Promise<void> {
  const names = await readdir(tmpdir())
  const dead = names.filter((name) => {
    const pid = name.startsWith(prefix) ? Number.parseInt(name.slice(prefix.length), 10) : Number.NaN
    return pid > 0 && !isRunning(pid)
  })
  // Another user's folder cannot be removed, and is that user's affair.
  await Promise.allSettled(dead.map((name) => rm(join(tmpdir(), name), { recursive: true, force: true })))
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
