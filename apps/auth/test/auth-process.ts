import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { waitFor } from '@fondasi/testing'
import { onTestFinished } from 'vitest'
import type { AuthBackend } from './auth-service.ts'

// Two seconds are usual. On a machine that runs other things too it has taken half a minute.
const startTimeoutMs = 90_000

export interface AuthProcess {
  /** Where it listens, without a slash at the end. */
  url: string
  /** Lines of its log, parsed. */
  log: Record<string, unknown>[]
  /** SIGTERM; resolves with the exit code when it is gone. */
  stop(): Promise<number | null>
}

/** Starts `node src/main.ts` as a deployment does, on the test's database and Redis; the test's end kills it. */
export async function startAuthProcess(
  backend: AuthBackend,
  env: Record<string, string> = {},
): Promise<AuthProcess> {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
  const child = spawn(process.execPath, [main], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'test',
      PORT: '0',
      ADMIN_PORT: '0',
      DATABASE_URL: backend.database.url,
      REDIS_URL: backend.redis.url,
      REDIS_PREFIX: backend.redis.keyPrefix,
      AUTH_MASTER_KEY: Buffer.alloc(32, 7).toString('base64url'),
      ...env,
    },
  })
  const exited = once(child, 'exit')
  onTestFinished(() => void child.kill('SIGKILL'))
  const log: Record<string, unknown>[] = []
  createInterface({ input: child.stdout }).on('line', (line) => log.push(JSON.parse(line)))
  const listening = await Promise.race([
    waitFor(() => log.find(({ msg }) => msg === 'listening'), {
      timeoutMs: startTimeoutMs,
      what: 'the service to listen',
    }),
    exited.then(([code]) => {
      throw new Error(`the service ended with ${code} before it listened`)
    }),
  ])
  return {
    url: String(listening['address']),
    log,
    async stop() {
      child.kill('SIGTERM')
      const [code]: (number | null)[] = await exited
      return code ?? null
    },
  }
}
