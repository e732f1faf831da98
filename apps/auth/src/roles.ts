import { createRevocationList } from '@fondasi/access'
import { configOrExit } from '@fondasi/config'
import { createLogger } from '@fondasi/logging'
import { createDb, createPool } from '@fondasi/postgres'
import { connected, createRedis } from '@fondasi/redis'
import { readConfig } from './config.ts'
import { normaliseEmail } from './features/credentials/email-address.ts'
import { createRevocations } from './features/revocations/service.ts'
import { createUserService } from './features/users/service.ts'

// One-shot program for operators, with the settings of the service: sets the roles of an account. A deployment gets its
// first administrator this way. The same rules apply as over HTTP.
const [address = '', ...roles] = process.argv.slice(2)
const email = normaliseEmail(address)
if (email === undefined || !roles.every((role) => /^[a-z][a-z0-9_-]{0,31}$/.test(role))) {
  console.error(
    'npm run roles -- ADDRESS [ROLE ...]   sets the roles of an account; without ROLE it removes all.\nEach app defines what a role permits (RoleTable in its app.ts). A role that no app defines permits nothing.',
  )
  process.exit(2)
}

const config = configOrExit(() => readConfig(process.env))
const log = createLogger({ name: 'auth-roles', level: 'warn' })
const clock = () => new Date()
const pool = createPool({ url: config.DATABASE_URL, max: 2, applicationName: 'auth-roles', log })
const db = createDb(pool)
const redis = createRedis({ url: config.REDIS_URL, profile: 'request', connectionName: 'auth-roles', log })
try {
  await connected(redis, 2_000)
  const revocations = createRevocations({ db, redis, log, clock, list: createRevocationList(clock), config })
  const users = createUserService({ db, clock, revocations })
  const [user] = await users.list({ email, limit: 1 })
  if (!user) throw new Error(`There is no account ${email}`)
  const request = { requestId: 'roles', ip: '', userAgent: '' }
  await users.setRoles({ userId: user.id, actor: { type: 'service', id: 'auth' }, roles, request })
  const named = (list: string[]) => list.join(' ') || 'no roles'
  // An unknown role is not an error, since each app defines its own. So show the change to whoever has mistyped one.
  console.log(`${email}: ${named(roles)} (before: ${named(user.roles)})`)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  redis.disconnect()
  await pool.end()
}
