import { join } from 'node:path'
import type { SupervisedProcess } from '@fondasi/embedded'
import { provisionDatabase } from '@fondasi/postgres'
import { demoPassword } from '../local/demo-accounts.ts'
import { startLogged } from '../local/logged-process.ts'
import { root } from '../local/paths.ts'
import { serviceEnv } from '../local/service-env.ts'
import { services } from '../services.ts'

/** 32 bytes: of a database that lives for minutes. */
const masterKey = Buffer.alloc(32, 7).toString('base64url')
const passwords = { migrator: 'drill-migrator', runtime: 'drill-runtime' }

/**
 * Makes auth's database, migrates and seeds it.
 * @returns how to start auth, and its database's URL as the administrator
 */
export async function prepareAuth(options: {
  folder: string
  ports: Record<'postgres' | 'redis' | 'api' | 'admin' | 'smtp', number>
  adminUrl: string
}): Promise<{ launch: () => Promise<SupervisedProcess>; databaseUrl: string }> {
  const { folder, ports, adminUrl } = options
  const service = services.find(({ name }) => name === 'auth')
  if (!service) throw new Error('there is no service auth')
  const database = await provisionDatabase({ adminUrl, name: service.name, passwords })
  const env = {
    ...serviceEnv(service, {
      port: ports.api,
      adminPort: ports.admin,
      publicUrl: `http://127.0.0.1:${ports.api}`,
      databaseUrl: database.runtimeUrl,
      redisUrl: `redis://127.0.0.1:${ports.redis}`,
      secret: () => masterKey,
      urlOf: () => undefined,
    }),
    // Visitors of a drill come from many addresses, so that no limit of one address is in its way.
    TRUSTED_PROXIES: '127.0.0.1/32',
    SMTP_URL: `smtp://127.0.0.1:${ports.smtp}`,
  }
  const run = (program: string, programEnv: Record<string, string | undefined>) =>
    startLogged({
      args: [program],
      cwd: join(root, service.folder),
      env: programEnv,
      logFile: join(folder, `${program.replaceAll('/', '-')}.log`),
    })
  const asMigrator = { DATABASE_MIGRATOR_URL: database.migratorUrl, DATABASE_OWNER_ROLE: database.ownerRole }
  await finished(await run(service.migrate, { ...process.env, ...asMigrator }))
  await finished(await run(service.seed, { ...env, DEMO_PASSWORD: demoPassword }))
  const databaseUrl = new URL(adminUrl)
  databaseUrl.pathname = `/${service.name}`
  return { launch: () => run(service.main, env), databaseUrl: databaseUrl.href }
}

async function finished(program: SupervisedProcess): Promise<void> {
  if ((await program.exited) !== 0) throw new Error(program.lastLines())
}
