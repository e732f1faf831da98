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

// One-shot, for operators, in the environment of the service: shows the signing keys, rotates them, takes one back.
const usage = `npm run keys -- list                  the signing keys and what each does now
npm run keys -- rotate                publish the next key; it signs in a day
npm run keys -- rotate --now          the next key signs in 90 seconds
npm run keys -- rotate --revoke KID   refuse every token that this key signed, from now on
npm run keys -- rotate --now --revoke KID   both`

const wanted = readArguments()
if (!wanted) {
  console.error(usage)
  process.exit(2)
}
const { now, revoke, command } = wanted
const config = configOrExit(() => readConfig(process.env))
// On stderr: stdout is the list, for people and for scripts.
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
    // An unknown option, or KID left out: the usage says what there is.
    return undefined
  }
}
