import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { SupervisedProcess } from '@fondasi/embedded'
import { createLogger } from '@fondasi/logging'
import { type DatabaseAccess, migrate, provisionDatabase } from '@fondasi/postgres'
import { clientSecretName, type Service, services } from '../services.ts'
import { demoPassword } from './demo-accounts.ts'
import { startLogged } from './logged-process.ts'
import { logFolder, root } from './paths.ts'
import { serviceEnv } from './service-env.ts'

/** The ports of a service: of its API, of its metrics, and of the metrics of each worker, by the worker's name. */
export type ServicePorts = { port: number; adminPort: number; workers: Readonly<Record<string, number>> }

/** Everything needed to start a service. */
export type ServicePlan = {
  service: Service
  postgresUrl: string
  redisUrl: string
  smtpUrl: string | undefined
  secret: (name: string) => string
  urlOf: (service: string) => string | undefined
  ports: ServicePorts
  /** Restart it when one of its source files changes. */
  watch: boolean
  say: (line: string) => void
}

/** A program failed, or ended too early. The message has its last lines. */
export class ProgramFailedError extends Error {
  override name = 'ProgramFailedError'
}

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

/** The environment of the service's programs. */
export function environment(
  { service, ports, redisUrl, smtpUrl, secret, urlOf }: ServicePlan,
  database: DatabaseAccess,
) {
  const urls = { publicUrl: localUrl(ports), databaseUrl: database.runtimeUrl, redisUrl, smtpUrl }
  return serviceEnv(service, { port: ports.port, adminPort: ports.adminPort, ...urls, secret, urlOf })
}

/** The URL of a service on this machine. */
export function localUrl({ port }: Pick<ServicePorts, 'port'>): string {
  return `http://localhost:${port}`
}

/** The error for a program that failed or ended, with its last lines. */
export function failure(name: string, process: SupervisedProcess): ProgramFailedError {
  return new ProgramFailedError(`${name} failed. Its last lines:\n${process.lastLines()}`)
}
