import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { waitFor } from './wait-for.ts'

/** A second on an idle machine; on a busy one it takes what it takes. */
const startTimeoutMs = 90_000

/** A program of an app as a process of its own, so that it can be killed, weighed and looked at from outside. */
export type AppProcess = {
  child: ChildProcessByStdio<null, Readable, Readable>
  /** Lines of its log, parsed. */
  log: Record<string, unknown>[]
  /** Resolves with the exit code, or null when a signal ended it. */
  exited: Promise<number | null>
  /** What it has written to standard error. */
  errors(): string
}

/** A service that listens. */
export type ServiceProcess = AppProcess & {
  /** Without a slash at the end. */
  url: string
  metricsUrl: string
  /** SIGTERM; resolves with the exit code when it is gone. */
  stop(): Promise<number | null>
  /** kill -9; for the end of a test, too. */
  kill(): Promise<void>
}

/**
 * Starts a program without waiting for anything.
 *
 * @param entry path of its main file
 * @param env all that it sees of the environment, beside PATH
 */
export function spawnApp(entry: string, env: Record<string, string>, args: string[] = []): AppProcess {
  const child = spawn(process.execPath, [entry, ...args], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const log: Record<string, unknown>[] = []
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString()
  })
  createInterface({ input: child.stdout }).on('line', (line) => log.push(JSON.parse(line)))
  // Not `exit`: what it wrote last may come after that.
  const exited = once(child, 'close').then(([code]) => (typeof code === 'number' ? code : null))
  return { child, log, exited, errors: () => errors }
}

/**
 * Starts a service on free ports and waits until it listens.
 * @throws when it ends before, with what it wrote to standard error
 */
export async function startServiceProcess(
  entry: string,
  env: Record<string, string>,
): Promise<ServiceProcess> {
  const app = spawnApp(entry, { PORT: '0', ADMIN_PORT: '0', ...env })
  const { child, exited, log } = app
  const listening = waitFor(() => log.find(({ msg }) => msg === 'listening'), {
    what: 'the service to listen',
    timeoutMs: startTimeoutMs,
  })
  const ended = exited.then((code) => {
    throw new Error(`the service ended with ${code} before it listened:\n${app.errors()}`)
  })
  // When it ends later, as tests make it do, nobody asks any more.
  ended.catch(() => {})
  const line = await Promise.race([listening, ended]).catch((error: unknown) => {
    child.kill('SIGKILL')
    throw error
  })
  return {
    ...app,
    url: String(line['address']),
    metricsUrl: `http://127.0.0.1:${Number(line['adminPort'])}/metrics`,
    stop() {
      child.kill('SIGTERM')
      return exited
    },
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
  }
}
