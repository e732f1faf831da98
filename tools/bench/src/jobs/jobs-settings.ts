import { randomBytes, randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { provisionDatabase } from '@fondasi/postgres'
import { developmentKey, developmentToken } from '../../../local/development-key.ts'
import { runNode } from '../node-process.ts'

/** What a process of jobs needs, and what talks to it. */
export interface JobsSettings {
  /** The environment of every process of the app. */
  env: Record<string, string>
  /** Logs in with the role of the service. */
  databaseUrl: string
  /** The `authorization` header of an administrator. */
  authorization: string
}

const issuer = 'http://localhost:4100/auth'
const newSecret = () => randomBytes(32).toString('base64url')

/** The path of a program of the app, such as `main.ts`. */
export const jobsProgram = (file: string) =>
  fileURLToPath(new URL(`../../../../apps/jobs/src/${file}`, import.meta.url))

/** Makes the database of jobs on a PostgreSQL. @param adminUrl logs in as a superuser */
export async function prepareJobs(adminUrl: string, redisUrl: string): Promise<JobsSettings> {
  const { migratorUrl, runtimeUrl, ownerRole } = await provisionDatabase({
    adminUrl,
    name: 'jobs',
    passwords: { migrator: newSecret(), runtime: newSecret() },
  })
  await runNode(jobsProgram('migrate.ts'), {
    DATABASE_MIGRATOR_URL: migratorUrl,
    DATABASE_OWNER_ROLE: ownerRole,
  })
  const { publicJwk, privateKey } = developmentKey(newSecret())
  const token = developmentToken({ privateKey, issuer, role: 'admin', id: randomUUID() })
  return {
    env: {
      DATABASE_URL: runtimeUrl,
      REDIS_URL: redisUrl,
      CURSOR_KEY: newSecret(),
      JOB_SECRET_KEY: newSecret(),
      AUTH_ISSUER: issuer,
      AUTH_DEVELOPMENT_KEY: JSON.stringify(publicJwk),
      TRUSTED_PROXIES: '127.0.0.1/32',
      LOG_LEVEL: 'info',
    },
    databaseUrl: runtimeUrl,
    authorization: `Bearer ${token}`,
  }
}
