import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isProcessOf } from '@fondasi/embedded'
import { localFolder } from './paths.ts'

const file = join(localFolder, 'start.pid')

/**
 * Claims this checkout for one `npm start` or `npm run seed`. The claim of a killed process is taken over.
 * @returns undefined, or the id of the process that has claimed it already
 */
export async function claimCheckout(): Promise<number | undefined> {
  await mkdir(localFolder, { recursive: true })
  const own = `${file}.${process.pid}`
  await writeFile(own, String(process.pid))
  try {
    // Linking is atomic: the file appears with its content, and fails if the name is taken.
    while (!(await succeeds(link(own, file)))) {
      const holder = await readFile(file, 'utf8').catch(() => '')
      if (await isStart(Number(holder))) return Number(holder)
      await removeStale(holder)
    }
    return undefined
  } finally {
    await rm(own, { force: true })
  }
}

// Another start may have replaced the stale file meanwhile. Move it aside and check again.
async function removeStale(holder: string): Promise<void> {
  const aside = `${file}.${process.pid}.stale`
  if (!(await succeeds(rename(file, aside)))) return
  if ((await readFile(aside, 'utf8')) !== holder) await succeeds(link(aside, file))
  await rm(aside)
}

function succeeds(action: Promise<void>): Promise<boolean> {
  return action.then(
    () => true,
    () => false,
  )
}

export async function releaseCheckout(): Promise<void> {
  await rm(file, { force: true })
}

/** The id of the process that has claimed this checkout. */
export async function findRunning(): Promise<number | undefined> {
  const holder = Number(await readFile(file, 'utf8').catch(() => ''))
  return (await isStart(holder)) ? holder : undefined
}

async function isStart(pid: number): Promise<boolean> {
  if (!(pid > 0)) return false
  const programs = ['tools/start.ts', 'tools/dev.ts', 'tools/seed.ts']
  const matches = await Promise.all(programs.map((program) => isProcessOf(pid, program)))
  return matches.includes(true)
}
