import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { SupervisedProcess } from '@fondasi/embedded'
import { provisionDatabase } from '@fondasi/postgres'
import type { Service } from '../services.ts'
import { demoPassword } from './demo-accounts.ts'
import { startLogged } from './logged-process.ts'
import { mailLine } from './mail-line.ts'
import { logFolder, root } from './paths.ts'
import { serviceEnv } from './service-env.ts'
import type { RunningService } from './state.ts'

/** What a service is started with. */
export type ServicePlan = {
  service: Service
  port: number
  adminPort: number
  postgresUrl: string
  redisUrl: string
  secret: (name: string) => string
  /** Restart it when a file that it imports changes. */
  watch: boolean
  say: (line: string) => void
}

export type StartedService = { running: RunningService; process: SupervisedProcess }

/** A program of a service that ended when it should not, with its last lines. */
export class ServiceFailedError extends Error {
  override name = 'ServiceFailedError'
}

const readyTimeoutMs = 60_000
const readyPollMs = 50

/**
 * Makes the service's database, migrates and seeds it, and starts the service; it is not ready yet.
 * @throws ServiceFailedError when the migration or the seed fails
 */
export async function startService(plan: ServicePlan): Promise<StartedService> {
  const { service, port, adminPort, secret, say } = plan
  const { name } = service
  const passwords = { migrator: secret(`${name}-migrator`), runtime: secret(`${name}-runtime`) }
  const database = await provisionDatabase({ adminUrl: plan.postgresUrl, name, passwords })
  const publicUrl = `http://localhost:${port}`
  const env = serviceEnv(service, {
    port,
    adminPort,
    publicUrl,
    databaseUrl: database.runtimeUrl,
    redisUrl: plan.redisUrl,
    secret,
  })
  say(`Preparing ${name}`)
  const { migratorUrl, ownerRole } = database
  const migrator = { ...process.env, DATABASE_MIGRATOR_URL: migratorUrl, DATABASE_OWNER_ROLE: ownerRole }
  await runToEnd(service, 'migrate', migrator)
  await runToEnd(service, 'seed', { ...env, DEMO_PASSWORD: demoPassword })

  const logFile = join(logFolder, `${name}.log`)
  const process_ = await startLogged({
    args: [...(plan.watch ? ['--watch'] : []), service.main],
    cwd: join(root, service.folder),
    env,
    logFile,
    onLine: (line) => {
      const shown = mailLine(line) ?? (plan.watch && watchLine(name, line))
      if (shown) say(shown)
    },
  })
  return {
    process: process_,
    running: {
      name,
      title: service.title,
      pid: process_.pid,
      url: publicUrl,
      docsUrl: `${publicUrl}${service.docsPath}`,
      adminUrl: `http://localhost:${adminPort}/metrics`,
      databaseUrl: database.runtimeUrl,
      migratorUrl,
      logFile,
    },
  }
}

async function runToEnd(
  service: Service,
  program: 'migrate' | 'seed',
  env: Record<string, string | undefined>,
): Promise<void> {
  const logFile = join(logFolder, `${service.name}-${program}.log`)
  const child = await startLogged({ args: [service[program]], cwd: join(root, service.folder), env, logFile })
  if ((await child.exited) !== 0) throw failure(`${service.name} ${program}`, child)
}

/**
 * Waits until the service answers that it can serve.
 * @throws ServiceFailedError when it ends before, or takes longer than a minute
 */
export async function waitUntilReady({ running, process }: StartedService, service: Service): Promise<void> {
  const ended = process.exited.then(() => 'ended' as const)
  const giveUpAt = Date.now() + readyTimeoutMs
  const url = new URL(service.healthPath, running.url)
  while ((await Promise.race([ended, isOk(url)])) !== true) {
    const state = await Promise.race([ended, delay(readyPollMs)])
    if (state === 'ended' || Date.now() > giveUpAt) throw failure(service.name, process)
  }
}

async function isOk(url: URL): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}

/** The error for a program that failed or ended, with what it said last. */
export function failure(name: string, process: SupervisedProcess): ServiceFailedError {
  return new ServiceFailedError(`${name} failed. Its last lines:\n${process.lastLines()}`)
}

// What `node --watch` says between two runs.
function watchLine(name: string, line: string): string | undefined {
  return /^(Restarting|Failed running|Completed running) /.test(line) ? `${name}: ${line}` : undefined
}
