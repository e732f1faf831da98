import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type SupervisedProcess, startSupervised } from '@fondasi/embedded'

// A worker gets up to 30 s for the work that it has begun. A process that needs longer hangs, and is killed.
const graceSeconds = 30

/** Runs a TypeScript file with this Node. Its output goes to a log file, which holds only the latest run. */
export async function startLogged(options: {
  args: string[]
  cwd: string
  env: Record<string, string | undefined>
  logFile: string
  onLine?: (line: string) => void
}): Promise<SupervisedProcess> {
  await mkdir(dirname(options.logFile), { recursive: true })
  const log = createWriteStream(options.logFile)
  const child = await startSupervised({
    command: process.execPath,
    args: options.args,
    cwd: options.cwd,
    env: options.env,
    stopSignal: 'TERM',
    graceSeconds,
    onLine: (line) => {
      log.write(`${line}\n`)
      options.onLine?.(line)
    },
  })
  void child.exited.then(() => log.end())
  return child
}
