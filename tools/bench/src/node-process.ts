import { setTimeout as delay } from 'node:timers/promises'
import { type SupervisedProcess, startSupervised } from '@fondasi/embedded'

/** Services drain for a second and then close. */
const graceSeconds = 10
const readyTimeoutMs = 30_000
const readyPollMs = 20

/**
 * Starts a TypeScript file in a Node of its own, which ends with this process.
 *
 * @param script absolute path
 * @param env all that it sees of the environment
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
 * @returns what it printed
 * @throws Error when it fails, with what it printed last
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

/** Waits until a service answers that it can serve. @throws Error when it ends or takes too long */
export async function serviceReady(child: SupervisedProcess, origin: string): Promise<void> {
  const ended = child.exited.then(() => true)
  const givesUpAt = Date.now() + readyTimeoutMs
  while (!(await isReady(origin))) {
    const over = await Promise.race([ended, delay(readyPollMs, false)])
    if (over || Date.now() > givesUpAt) {
      throw new Error(`the service at ${origin} did not become ready:\n${child.lastLines()}`)
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
