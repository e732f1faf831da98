import { randomBytes } from 'node:crypto'
import { access, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { signal } from './supervised-process.ts'

/**
 * Makes a folder that is either absent or complete. `make` works in a temporary folder beside it and returns the
 * folder to rename (that one, or one inside it). If two processes make the same folder at once, one wins and both
 * use its result. The next attempt sweeps what a killed one left behind.
 */
export async function makeComplete(
  folder: string,
  make: (temporary: string) => Promise<string>,
): Promise<void> {
  await sweep(folder)
  const temporary = `${folder}.making-${process.pid}-${randomBytes(4).toString('hex')}`
  try {
    await mkdir(temporary, { recursive: true })
    const made = await make(temporary)
    await rename(made, folder).catch(async (error: unknown) => {
      if (!(await exists(folder))) throw error
    })
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

async function sweep(folder: string): Promise<void> {
  const parent = dirname(folder)
  for (const name of await readdir(parent).catch(() => [])) {
    if (!name.startsWith(`${basename(folder)}.making-`)) continue
    const pid = Number(/\.making-(\d+)-/.exec(name)?.[1])
    if (!signal(pid, 0)) await rm(join(parent, name), { recursive: true, force: true })
  }
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
