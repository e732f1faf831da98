import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Long enough to download everything on a slow connection. */
const readyWithinMs = 10 * 60_000

/**
 * Does what a new user does in a new folder: `npm start` until it is ready, Ctrl-C, `npm test`. The home is empty, so that
 * no earlier download is used.
 * @returns a line for each command with its time
 * @throws Error when one of them fails
 */
export async function proveFreshFolder(folder: string): Promise<string[]> {
  const home = await mkdtemp(join(tmpdir(), 'empty-home-'))
  const { XDG_CACHE_HOME: _, FONDASI_CACHE: __, ...kept } = process.env
  const npm = (...args: string[]) =>
    spawn('npm', args, { cwd: folder, env: { ...kept, HOME: home }, stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    return [await startAndStop(npm('start')), await testAll(npm('test'))]
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

async function startAndStop(child: ChildProcess): Promise<string> {
  const startedAt = Date.now()
  const exited = once(child, 'exit')
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('npm start is not ready in time')), readyWithinMs)
    let output = ''
    child.stdout?.on('data', (chunk) => {
      process.stdout.write(chunk)
      output += String(chunk)
      if (/^ready$/m.test(output)) resolve()
    })
    void exited.then(([code]) => reject(new Error(`npm start ended with ${code} before it was ready`)))
    void exited.finally(() => clearTimeout(timer))
  }).catch(async (error: unknown) => {
    child.kill('SIGTERM')
    await exited
    throw error
  })
  const seconds = secondsSince(startedAt)
  child.kill('SIGINT')
  const [code] = await exited
  if (code !== 0) throw new Error(`npm start ended with ${code} after Ctrl-C`)
  return `npm start: ready after ${seconds} s`
}

async function testAll(child: ChildProcess): Promise<string> {
  const startedAt = Date.now()
  let output = ''
  child.stdout?.on('data', (chunk) => {
    process.stdout.write(chunk)
    output += String(chunk)
  })
  const [code] = await once(child, 'close')
  const counts = output.match(/^\d+ passed, \d+ failed$/gm)?.at(-1) ?? 'no counts'
  if (code !== 0) throw new Error(`npm test ended with ${code}: ${counts}`)
  return `npm test: ${counts}, ${secondsSince(startedAt)} s`
}

function secondsSince(time: number): string {
  return ((Date.now() - time) / 1000).toFixed(0)
}
