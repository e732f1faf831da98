import type { Service } from '../services.ts'
import { tokenSettings } from './token-settings.ts'

/** The environment of a service on this machine: what every service gets, and its own settings. */
export function serviceEnv(
  service: Service,
  options: {
    port: number
    adminPort: number
    publicUrl: string
    databaseUrl: string
    redisUrl: string
    smtpUrl: string | undefined
    secret: (name: string) => string
    urlOf: (service: string) => string | undefined
  },
): Record<string, string | undefined> {
  const { port, adminPort, publicUrl, databaseUrl, redisUrl, smtpUrl, secret, urlOf } = options
  const { LOG_LEVEL } = process.env
  return {
    ...process.env,
    NODE_ENV: 'development',
    HOST: '127.0.0.1',
    PORT: String(port),
    ADMIN_PORT: String(adminPort),
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    ...(smtpUrl !== undefined && { SMTP_URL: smtpUrl }),
    // A higher level would hide the log line "listening", which npm start waits for.
    LOG_LEVEL: LOG_LEVEL === 'debug' || LOG_LEVEL === 'trace' ? LOG_LEVEL : 'info',
    ...(service.clientScopes.length > 0 && tokenSettings(service.name, { urlOf, secret })),
    ...service.settings({ publicUrl, urlOf, secret }),
  }
}

/** What a worker gets in addition to the environment of its service. */
export function workerEnv(adminPort: number): Record<string, string> {
  return { WORKER_ADMIN_PORT: String(adminPort) }
}

/** @returns the variables that the user set and `npm start` replaces */
export function overriddenIn(
  env: Record<string, string | undefined>,
  given: Record<string, string | undefined>,
): string[] {
  return Object.keys(env).filter((name) => given[name] !== undefined && given[name] !== env[name])
}
