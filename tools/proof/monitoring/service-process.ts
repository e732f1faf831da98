import { join } from 'node:path'
import type { SupervisedProcess } from '@fondasi/embedded'
import { provisionDatabase } from '@fondasi/postgres'
import { demoPassword } from '../../local/demo-accounts.ts'
import { startLogged } from '../../local/logged-process.ts'
import { root } from '../../local/paths.ts'
import { serviceEnv, workerEnv } from '../../local/service-env.ts'
import { demoClients } from '../../local/service-process.ts'
import type { Service } from '../../services.ts'

/** 32 bytes. A fixed key will do for databases that live for minutes. */
export const drillKey = Buffer.alloc(32, 7)
const secret = () => drillKey.toString('base64url')
const passwords = { migrator: 'drill-migrator', runtime: 'drill-runtime' }

type Process = { main: string; adminPort: number }

/**
 * Creates a service's database, migrates and seeds it.
 * @returns a function that starts one of its processes, and the URL of its database for the administrator
 */
export async function prepareService(options: {
  service: Service
  folder: string
  port: number
  adminPort: number
  adminUrl: string
  redisUrl: string
  smtpUrl: string
  urlOf: (service: string) => string | undefined
  seedArguments: readonly string[]
}): Promise<{ launch: (process: Process) => Promise<SupervisedProcess>; databaseUrl: string }> {
  const { service, folder, port, adminPort, adminUrl, redisUrl, smtpUrl, urlOf } = options
  const database = await provisionDatabase({ adminUrl, name: service.name, passwords })
  const publicUrl = urlOf(service.name) ?? ''
  const urls = { publicUrl, databaseUrl: database.runtimeUrl, redisUrl }
  const env = {
    ...serviceEnv(service, { port, adminPort, ...urls, smtpUrl, secret, urlOf }),
    // Visitors come from many addresses, so that no limit per address stops a drill.
    TRUSTED_PROXIES: '127.0.0.1/32',
  }
  const run = (args: string[], programEnv: Record<string, string | undefined>) =>
    startLogged({
      args,
      cwd: join(root, service.folder),
      env: programEnv,
      logFile: join(folder, `${service.name}-${args[0]?.replaceAll('/', '-')}.log`),
    })
  const asMigrator = { DATABASE_MIGRATOR_URL: database.migratorUrl, DATABASE_OWNER_ROLE: database.ownerRole }
  await finished(await run([service.migrate], { ...process.env, ...asMigrator }))
  const seedEnv = { DEMO_PASSWORD: demoPassword, DEMO_CLIENTS: JSON.stringify(demoClients(secret)) }
  await finished(await run([service.seed, ...options.seedArguments], { ...env, ...seedEnv }))
  const databaseUrl = new URL(adminUrl)
  databaseUrl.pathname = `/${service.name}`
  return {
    launch: ({ main, adminPort: own }) =>
      run([main], { ...env, ...(main !== service.main && workerEnv(own)) }),
    databaseUrl: databaseUrl.href,
  }
}

async function finished(program: SupervisedProcess): Promise<void> {
  if ((await program.exited) !== 0) throw new Error(program.lastLines())
}
