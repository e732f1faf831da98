import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { root } from '../../local/paths.ts'

const run = promisify(execFile)
const outputBytes = 64 * 1024 * 1024
const poll = 250

/** Runs `docker compose ...` and returns its output. @throws Error with its last lines when it fails */
export async function compose(...args: string[]): Promise<string> {
  const { stdout } = await run('docker', ['compose', ...args], { cwd: root, maxBuffer: outputBytes })
  return stdout
}

/** Runs `docker compose ...` on our terminal. @throws Error when it fails */
export async function composeShown(...args: string[]): Promise<void> {
  const child = spawn('docker', ['compose', ...args], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
  const [code]: (number | null)[] = await once(child, 'exit')
  if (code !== 0) throw new Error(`docker compose ${args.join(' ')} ended with ${code}`)
}

/** The part of `docker inspect` that the proof reads. */
export type Container = {
  Name: string
  RestartCount: number
  State: { Running: boolean; OOMKilled: boolean; ExitCode: number; Health?: { Status: string } }
  Config: { User: string }
  HostConfig: {
    ReadonlyRootfs: boolean
    Privileged: boolean
    CapAdd: string[] | null
    CapDrop: string[] | null
    Memory: number
    PidsLimit: number | null
  }
}

/** The containers of a service, also those that have ended. */
export async function containersOf(service: string): Promise<Container[]> {
  const ids = (await compose('ps', '--all', '--quiet', service)).split('\n').filter(Boolean)
  if (ids.length === 0) return []
  const { stdout } = await run('docker', ['inspect', ...ids], { maxBuffer: outputBytes })
  // The engine's format; the type has what we read.
  return JSON.parse(stdout) as Container[]
}

/** Polls until a condition holds. @throws Error after the limit */
export async function until(what: string, limitMs: number, holds: () => Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + limitMs
  while (!(await holds().catch(() => false))) {
    if (Date.now() > giveUpAt) throw new Error(`${what}: not within ${limitMs / 1000} s`)
    await delay(poll)
  }
}
