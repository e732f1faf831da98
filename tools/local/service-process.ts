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
import { overriddenIn, serviceEnv } from './service-env.ts'
import type { RunningService } from './state.ts'
import { createWatchOutput } from './watch-output.ts'

/** The ports of a service: of its API, and of its metrics. */
export type ServicePorts = { port: number; adminPort: number }

/** Everything needed to start a service. */
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
  /** Resolves when the service logs that it is listening. */
  listening: Promise<'listening'>
}

/** A program failed, or ended too early. The message has its last lines. */
export class ProgramFailedError extends Error {
  override name = 'ProgramFailedError'
}

/** Another process took a port that had been free. */
export class PortTakenError extends Error {
  override name = 'PortTakenError'
}

/** A service that works needs a second, and up to minutes on a machine that is busy. */
const readyTimeoutMs = 300_000
const readyPollMs = 50

/**
 * Creates the service's database and migrates it. It runs in this process because starting the service's own migrate
 * program, as a deployment does, takes most of a second at every start.
 * @throws ProgramFailedError when the database refuses a migration, which is rolled back
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
    throw new ProgramFailedError(`Could not migrate the database of ${name}. ${reasonsOf(error)}`, {
      cause: error,
    })
  } finally {
    destination.end()
  }
  return database
}

/** Drizzle's message is only the statement; the database's message is its cause. */
function reasonsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message : `${error.message}\n${reasonsOf(error.cause)}`
}

type SeedOptions = { args?: readonly string[]; onLine?: (line: string) => void; interrupted?: AbortSignal }

/** Writes the demo data. It runs while the service starts, which needs the tables but not their rows. */
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

/** Starts a prepared service on the plan's ports, without waiting until it is ready. */
export async function launchService(plan: ServicePlan, database: DatabaseAccess): Promise<StartedService> {
  const { service, ports, watch, say } = plan
  const { name } = service
  const logFile = join(logFolder, `${name}.log`)
  const env = environment(plan, database)
  const overridden = overriddenIn(env, process.env)
  if (overridden.length > 0)
    say(`${name}: ignoring ${overridden.join(', ')} from your environment; npm start chooses it`)
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

/** The service accounts that auth's seed creates, so that services can call each other. */
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

/** The URL of a service on this machine. */
export function localUrl({ port }: ServicePorts): string {
  return `http://localhost:${port}`
}

/**
 * Waits until the service reports that it is ready.
 * @throws PortTakenError when it ended because another process had taken its port
 * @throws ProgramFailedError when it ends for another reason, or is not ready in time
 */
export async function untilReady(started: StartedService, service: Service): Promise<RunningService> {
  const { process, running } = started
  const ended = process.exited.then(() => 'ended' as const)
  const giveUpAt = Date.now() + readyTimeoutMs
  // Wait for our own log line first: a response could come from another checkout's service on the same port.
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

/** The error for a program that failed or ended, with its last lines. */
export function failure(name: string, process: SupervisedProcess): ProgramFailedError {
  return new ProgramFailedError(`${name} failed. Its last lines:\n${process.lastLines()}`)
}
