import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isProcessOf } from '@fondasi/embedded'
import { localFolder } from './paths.ts'

const file = join(localFolder, 'start.pid')

/**
 * Takes this checkout for one `npm start` or `npm run seed`. What a killed one left is no hindrance.
 * @returns undefined, or the process id of the one that has it already
 */
export async function claimCheckout(): Promise<number | undefined> {
  await mkdir(localFolder, { recursive: true })
  const own = `${file}.${process.pid}`
  await writeFile(own, String(process.pid))
  try {
    // A link appears together with its content, and not where there is one.
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

// Another start may have replaced the stale file meanwhile. So it is moved aside and looked at once more.
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

/** The process id of what has this checkout. */
export async function findRunning(): Promise<number | undefined> {
  const holder = Number(await readFile(file, 'utf8').catch(() => ''))
  return (await isStart(holder)) ? holder : undefined
}

async function isStart(pid: number): Promise<boolean> {
  if (!(pid > 0)) return false
  const programs = ['tools/start.ts', 'tools/dev.ts', 'tools/seed.ts']
  const answers = await Promise.all(programs.map((program) => isProcessOf(pid, program)))
  return answers.includes(true)
}
