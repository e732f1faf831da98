import { setTimeout as delay } from 'node:timers/promises'
import { type SupervisedProcess, startSupervised } from '@fondasi/embedded'

/** Longer than a service needs: it drains for a second and then closes. */
const graceSeconds = 10
/** For a busy machine: a quiet one needs two seconds. */
const readyTimeoutMs = 120_000
const readyPollMs = 20

/**
 * Starts a TypeScript file in a Node process of its own, which ends when this process ends.
 *
 * @param script absolute path
 * @param env the whole environment of the process, except PATH
 */
export function startNode(
  script: string,
  env: Record<string, string>,
  onLine?: (line: string) => void,
  args: readonly string[] = [],
): Promise<SupervisedProcess> {
  return startSupervised({
    command: process.execPath,
    args: [script, ...args],
    env: { PATH: process.env['PATH'], ...env },
    stopSignal: 'TERM',
    graceSeconds,
    ...(onLine && { onLine }),
  })
}

/**
 * Runs a TypeScript file to its end.
 *
 * @returns its output
 * @throws Error when it fails, with the last lines of its output
 */
export async function runNode(
  script: string,
  env: Record<string, string>,
  args: readonly string[] = [],
): Promise<string> {
  const lines: string[] = []
  const child = await startNode(script, env, (line) => lines.push(line), args)
  const code = await child.exited
  if (code !== 0) throw new Error(`${script} ended with code ${code}:\n${child.lastLines()}`)
  return lines.join('\n')
}

/** Waits until a server is ready to serve. @throws Error when it ends or takes too long */
export async function serviceReady(child: SupervisedProcess, origin: string): Promise<void> {
  const ended = child.exited.then(() => true)
  const deadline = Date.now() + readyTimeoutMs
  while (!(await isReady(origin))) {
    const hasEnded = await Promise.race([ended, delay(readyPollMs, false)])
    if (hasEnded || Date.now() > deadline) {
      throw new Error(`the server at ${origin} did not become ready:\n${child.lastLines()}`)
    }
  }
}

async function isReady(origin: string): Promise<boolean> {
  try {
    const response = await fetch(`${origin}/readyz`, { signal: AbortSignal.timeout(2_000) })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}
