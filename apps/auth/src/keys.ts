import { parseArgs } from 'node:util'
import { createRevocationList } from '@fondasi/access'
import { configOrExit } from '@fondasi/config'
import { createLogger } from '@fondasi/logging'
import { createDb, createPool } from '@fondasi/postgres'
import { connected, createRedis } from '@fondasi/redis'
import { readConfig } from './config.ts'
import { deriveKeys } from './features/keys/derived-keys.ts'
import { findKeys } from './features/keys/repository.ts'
import { createKeyStore } from './features/keys/service.ts'
import { stateOf } from './features/keys/signing-key.ts'
import { createRevocations } from './features/revocations/service.ts'

// One-shot program for operators, with the settings of the service: lists, rotates and revokes signing keys.
const usage = `npm run keys -- list                  lists the signing keys and their states
npm run keys -- rotate                publishes the next key, which signs in a day
npm run keys -- rotate --now          publishes the next key, which signs in 90 seconds
npm run keys -- rotate --revoke KID   refuses every token that this key signed, from now on
npm run keys -- rotate --now --revoke KID   both`

const wanted = readArguments()
if (!wanted) {
  console.error(usage)
  process.exit(2)
}
const { now, revoke, command } = wanted
const config = configOrExit(() => readConfig(process.env))
// The log goes to stderr, because stdout is the list, which scripts read.
const log = createLogger({ name: 'auth-keys', level: 'warn', destination: process.stderr })
const clock = () => new Date()
const pool = createPool({ url: config.DATABASE_URL, max: 1, applicationName: 'auth-keys', log })
const db = createDb(pool)
const redis = createRedis({ url: config.REDIS_URL, profile: 'request', connectionName: 'auth-keys', log })
try {
  if (command === 'rotate') {
    await connected(redis, 2_000)
    const sealingKey = deriveKeys(config.AUTH_MASTER_KEY).signingKeys
    const list = createRevocationList(clock)
    const revocations = createRevocations({ db, redis, log, clock, list, config })
    const keys = createKeyStore({ db, redis, sealingKey, clock, log, config, revocations })
    const found = await keys.rotate({ now, ...(revoke !== undefined && { revoke }) })
    if (!found) throw new Error(`There is no signing key ${revoke}`)
  }
  for (const key of await findKeys(db)) {
    const until = key.retireAt ? ` to ${key.retireAt.toISOString()}` : ''
    console.log(
      `${key.kid}  ${stateOf(key, clock()).padEnd(7)}  signs from ${key.notBefore.toISOString()}${until}`,
    )
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  redis.disconnect()
  await pool.end()
}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { now: { type: 'boolean', default: false }, revoke: { type: 'string' } },
    })
    const [command] = positionals
    const isList = command === 'list' && !values.now && values.revoke === undefined
    return positionals.length === 1 && (isList || command === 'rotate') ? { ...values, command } : undefined
  } catch {
    // An unknown option, or KID is missing. The caller prints the usage.
    return undefined
  }
}
