import { configOrExit, loadConfig } from '@fondasi/config'
import { createLogger } from '@fondasi/logging'
import { createMetrics } from '@fondasi/metrics'
import { createDb, createPool } from '@fondasi/postgres'
import { inArray } from 'drizzle-orm'
import { z } from 'zod'
import { readConfig } from './config.ts'
import { clients, users } from './db/schema.ts'
import { hashClientSecret } from './features/clients/client-secret.ts'
import { createPasswordHasher } from './features/credentials/password-hasher.ts'

// One-shot program: creates the demo's three accounts, and a client for each service that calls others. A second run changes
// nothing. It refuses production, because everybody knows the password.
const config = configOrExit(() => readConfig(process.env))
const log = createLogger({ name: 'auth-seed', level: config.LOG_LEVEL })
const demoClients = z.array(
  z.object({ id: z.string(), name: z.string(), scopes: z.array(z.string()), secret: z.string() }),
)
const demo = configOrExit(() =>
  loadConfig(
    z.object({
      DEMO_PASSWORD: z.string().min(1).optional().meta({ description: 'Password of all demo accounts' }),
      DEMO_CLIENTS: z
        .string()
        .default('[]')
        .transform((text, context) => {
          try {
            return JSON.parse(text)
          } catch {
            context.addIssue('expected JSON')
            return z.NEVER
          }
        })
        .pipe(demoClients)
        .meta({ description: 'The services that call others, as JSON', secret: true }),
    }),
    process.env,
  ),
)
const password = demo.DEMO_PASSWORD
if (config.NODE_ENV === 'production' || password === undefined) {
  log.error('cannot seed: set DEMO_PASSWORD, and NODE_ENV must not be production')
  process.exit(1)
}

const hasher = await createPasswordHasher({
  memoryKib: config.ARGON2_MEMORY_KIB,
  passes: config.ARGON2_PASSES,
  concurrency: config.HASH_CONCURRENCY,
  registry: createMetrics({ service: 'auth-seed', version: '0.1.0' }).registry,
})
const pool = createPool({ url: config.DATABASE_URL, applicationName: 'auth-seed', log })
const now = new Date()
const accounts = [
  { name: 'Admin', roles: ['admin'] },
  { name: 'Editor', roles: ['editor'] },
  { name: 'Viewer', roles: ['viewer'] },
]
const emailOf = ({ name }: (typeof accounts)[number]) => `${name.toLowerCase()}@fondasi.test`
const db = createDb(pool)
const known = await db
  .select({ email: users.email })
  .from(users)
  .where(inArray(users.email, accounts.map(emailOf)))
for (const account of accounts) {
  const email = emailOf(account)
  // `npm start` seeds every time, and a hash is slower than this check.
  if (known.some((user) => user.email === email)) continue
  const passwordHash = await hasher.hash(password)
  await db
    .insert(users)
    .values({ email, ...account, passwordHash, passwordChangedAt: now, createdAt: now })
    .onConflictDoNothing({ target: users.email })
}
for (const { id, name, scopes, secret } of demo.DEMO_CLIENTS) {
  await db
    .insert(clients)
    .values({ id, name, scopes, secretHash: hashClientSecret(secret), createdAt: now })
    .onConflictDoUpdate({ target: clients.id, set: { scopes, secretHash: hashClientSecret(secret) } })
}
await pool.end()
log.info({ accounts: accounts.length, clients: demo.DEMO_CLIENTS.length }, 'demo accounts are ready')
