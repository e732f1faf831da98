import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { SupervisedProcess } from '@fondasi/embedded'
import { createLogger } from '@fondasi/logging'
import { type DatabaseAccess, migrate, provisionDatabase } from '@fondasi/postgres'
import { clientSecretName, type Service, services } from '../services.ts'
import { demoPassword } from './demo-accounts.ts'
import { startLogged } from './logged-process.ts'
import { mailLine } from './mail-line.ts'
import { logFolder, root } from './paths.ts'
import { overruledIn, serviceEnv } from './service-env.ts'
import type { RunningService } from './state.ts'
import { createWatchOutput } from './watch-output.ts'

/** What a service listens on: of its API, and of its metrics. */
export type ServicePorts = { port: number; adminPort: number }

/** What a service is started with. */
export type ServicePlan = {
  service: Service
  postgresUrl: string
  redisUrl: string
  secret: (name: string) => string
  urlOf: (service: string) => string | undefined
  ports: ServicePorts
  /** Restart it when a file that it imports changes. */
  watch: boolean
  say: (line: string) => void
}

export type StartedService = {
  running: RunningService
  process: SupervisedProcess
  /** Resolves when the service says in its log that it listens. */
  listening: Promise<'listening'>
}

/** A program that ended when it should not, with its last lines. */
export class ProgramFailedError extends Error {
  override name = 'ProgramFailedError'
}

/** Somebody else was faster to take a port that had been free. */
export class PortTakenError extends Error {
  override name = 'PortTakenError'
}

const readyTimeoutMs = 60_000
const readyPollMs = 50

/**
 * Makes the service's database and migrates it. In this process: the service's own program for it, which a deployment
 * runs, would take most of a second to begin, at every start.
 * @throws ProgramFailedError when the database refuses a migration; nothing of it stays
 */
export async function prepareService(plan: ServicePlan): Promise<DatabaseAccess> {
  const { service, secret, say } = plan
  const { name } = service
  say(`Preparing ${name}`)
  const passwords = { migrator: secret(`${name}-migrator`), runtime: secret(`${name}-runtime`) }
  const database = await provisionDatabase({ adminUrl: plan.postgresUrl, name, passwords })
  await mkdir(logFolder, { recursive: true })
  const destination = createWriteStream(join(logFolder, `${name}-migrate.log`))
  try {
    await migrate({
      url: database.migratorUrl,
      ownerRole: database.ownerRole,
      migrationsFolder: join(root, service.folder, 'migrations'),
      log: createLogger({ name: `${name}-migrate`, level: 'info', destination }),
    })
  } catch (error) {
    throw new ProgramFailedError(`${name} was not migrated. ${reasonsOf(error)}`, { cause: error })
  } finally {
    destination.end()
  }
  return database
}

/** Drizzle's own message is the statement alone; the database's is its cause. */
function reasonsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message : `${error.message}\n${reasonsOf(error.cause)}`
}

type SeedOptions = { args?: readonly string[]; onLine?: (line: string) => void; interrupted?: AbortSignal }

/** Puts the demo's data in. Beside the start of the service, which needs the tables and not their rows. */
export async function seedService(
  plan: ServicePlan,
  database: DatabaseAccess,
  options: SeedOptions = {},
): Promise<void> {
  const env = {
    ...environment(plan, database),
    DEMO_PASSWORD: demoPassword,
    DEMO_CLIENTS: JSON.stringify(demoClients(plan.secret)),
  }
  const { service } = plan
  const { args = [], onLine, interrupted } = options
  const child = await startLogged({
    args: [service.seed, ...args],
    cwd: join(root, service.folder),
    env,
    logFile: join(logFolder, `${service.name}-seed.log`),
    ...(onLine && { onLine }),
  })
  interrupted?.addEventListener('abort', () => void child.stop())
  if ((await child.exited) !== 0) throw failure(`${service.name} seed`, child)
}

/** Starts a prepared service on the plan's ports; it is not ready yet. */
export async function launchService(plan: ServicePlan, database: DatabaseAccess): Promise<StartedService> {
  const { service, ports, watch, say } = plan
  const { name } = service
  const logFile = join(logFolder, `${name}.log`)
  const env = environment(plan, database)
  const overruled = overruledIn(env, process.env)
  if (overruled.length > 0)
    say(`${name}: ${overruled.join(', ')} from your environment not used; it is chosen here`)
  const listening = Promise.withResolvers<'listening'>()
  const watchOutput = watch ? createWatchOutput(name, () => performance.now()) : undefined
  const child = await startLogged({
    args: [...(watch ? ['--watch'] : []), service.main],
    cwd: join(root, service.folder),
    env,
    logFile,
    onLine: (line) => {
      if (line.includes('"msg":"listening"')) listening.resolve('listening')
      const shown = [mailLine(line), watchOutput?.(line)].filter((text) => text !== undefined)
      for (const text of shown) say(text)
    },
  })
  const running = {
    name,
    title: service.title,
    pid: child.pid,
    url: localUrl(ports),
    docsUrl: `${localUrl(ports)}${service.docsPath}`,
    adminUrl: `http://localhost:${ports.adminPort}/metrics`,
    databaseUrl: database.runtimeUrl,
    migratorUrl: database.migratorUrl,
    logFile,
  }
  return { running, process: child, listening: listening.promise }
}

/** The service accounts that auth's seed makes, so that the services can ask each other. */
export function demoClients(secret: ServicePlan['secret']) {
  return services
    .filter(({ clientScopes }) => clientScopes.length > 0)
    .map(({ name, title, clientScopes }) => ({
      id: name,
      name: title,
      scopes: clientScopes,
      secret: secret(clientSecretName(name)),
    }))
}

function environment({ service, ports, redisUrl, secret, urlOf }: ServicePlan, database: DatabaseAccess) {
  const urls = { publicUrl: localUrl(ports), databaseUrl: database.runtimeUrl, redisUrl }
  return serviceEnv(service, { ...ports, ...urls, secret, urlOf })
}

/** Where a service on this machine is reached. */
export function localUrl({ port }: ServicePorts): string {
  return `http://localhost:${port}`
}

/**
 * Waits until the service answers that it can serve.
 * @throws PortTakenError when it ended because somebody else took its port in between
 * @throws ProgramFailedError when it ends for another reason, or takes longer than a minute
 */
export async function untilReady(started: StartedService, service: Service): Promise<RunningService> {
  const { process, running } = started
  const ended = process.exited.then(() => 'ended' as const)
  const giveUpAt = Date.now() + readyTimeoutMs
  // An answer proves nothing before: it may come from the service of another checkout, on the port we wanted.
  let state = await Promise.race([started.listening, ended, delay(readyTimeoutMs, 'late' as const)])
  const url = new URL(service.healthPath, running.url)
  while (state === 'listening' && !(await isOk(url)) && Date.now() < giveUpAt) {
    state = await Promise.race([ended, delay(readyPollMs, 'listening' as const)])
  }
  if (state === 'listening' && Date.now() < giveUpAt) return running
  if (state === 'ended' && process.lastLines().includes('EADDRINUSE')) throw new PortTakenError(service.name)
  throw failure(service.name, process)
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
export function failure(name: string, process: SupervisedProcess): ProgramFailedError {
  return new ProgramFailedError(`${name} failed. Its last lines:\n${process.lastLines()}`)
}
