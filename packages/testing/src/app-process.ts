import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { z } from 'zod'
import { waitFor } from './wait-for.ts'

/** A start takes a second on an idle machine, and much longer on a busy one. */
const startTimeoutMs = 90_000

const readiness = z.object({ status: z.string() })

/** A program of an app as a separate process, so that a test can kill it and observe it from outside. */
export type AppProcess = {
  child: ChildProcessByStdio<null, Readable, Readable>
  /** The parsed lines of its log. */
  log: Record<string, unknown>[]
  /** Resolves with the exit code, or null when a signal ended it. */
  exited: Promise<number | null>
  /** Its output on standard error so far. */
  errors(): string
}

/** A service that listens. */
export type ServiceProcess = AppProcess & {
  /** Without a slash at the end. */
  url: string
  metricsUrl: string
  /** Resolves once `/readyz` reports every dependency as ok: Redis connects in the background, after the service listens. */
  connected(): Promise<void>
  /** Sends SIGTERM. Resolves with the exit code when the process is gone. */
  stop(): Promise<number | null>
  /** Sends SIGKILL. A test calls it at its end, too. */
  kill(): Promise<void>
}

/**
 * Starts a program without waiting for anything.
 *
 * @param entry the path of its main file
 * @param env its whole environment, except PATH
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
  // Not `exit`, because its last output may arrive after that event.
  const exited = once(child, 'close').then(([code]) => (typeof code === 'number' ? code : null))
  return { child, log, exited, errors: () => errors }
}

/**
 * Starts a service on free ports and waits until it listens.
 * @throws if it ends first. The message has its output on standard error
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
  // When a test ends the process later, nothing awaits this promise any more.
  ended.catch(() => {})
  const line = await Promise.race([listening, ended]).catch((error: unknown) => {
    child.kill('SIGKILL')
    throw error
  })
  const url = String(line['address'])
  return {
    ...app,
    url,
    metricsUrl: `http://127.0.0.1:${Number(line['adminPort'])}/metrics`,
    async connected() {
      const isOk = async () => readiness.parse(await (await fetch(`${url}/readyz`)).json()).status === 'ok'
      await waitFor(isOk, { what: 'every dependency of the service', timeoutMs: startTimeoutMs })
    },
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
