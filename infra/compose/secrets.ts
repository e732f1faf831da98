// One-shot: on the first start, it creates every password and key of the demo. It writes the files that the services
// read (`*_FILE`). Each container mounts only its own folder of the volume.
// Usage: node secrets.ts <app>[=<scopes of its service account at auth>,...] ...
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const apps = process.argv.slice(2).map((argument) => {
  const [name = '', scopes] = argument.split('=')
  return { name, scopes: scopes?.split(',') }
})
const volume = '/secrets'
/** All secrets by name. The other files derive from this one, so a killed run can simply run again. */
const storeFile = join(volume, 'store.json')

const store = new Map(Object.entries(readStore()))
/** 256 bits in base64url: valid as a service's key, and a password that needs no escaping in a URL. */
const secret = (name: string): string => {
  const known = store.get(name)
  if (known !== undefined) return known
  const made = randomBytes(32).toString('base64url')
  store.set(name, made)
  return made
}

const files = new Map<string, string>()
const postgresPassword = secret('postgres')
const redisPassword = secret('redis')
files.set('postgres/password', postgresPassword)
files.set('redis/password', redisPassword)
files.set('redis/redis.conf', `requirepass ${redisPassword}`)
const database = (name: string, role: string, password: string) =>
  `postgres://${role}:${password}@postgres:5432/${name}`

for (const { name: app, scopes } of apps) {
  const migratorUrl = database(app, `${app}_migrator`, secret(`${app}-migrator`))
  const runtimeUrl = database(app, `${app}_runtime`, secret(`${app}-runtime`))
  files.set(`${app}/database-url`, runtimeUrl)
  files.set(`${app}/redis-url`, `redis://:${redisPassword}@redis:6379`)
  files.set(`${app}/master-key`, secret(`${app}-master-key`))
  files.set(`${app}/cursor-key`, secret(`${app}-cursor-key`))
  if (scopes) files.set(`${app}/client-secret`, secret(`${app}-client`))
  files.set(`${app}-migrate/database-migrator-url`, migratorUrl)
  files.set(`${app}-provision/database-admin-url`, database('postgres', 'postgres', postgresPassword))
  files.set(`${app}-provision/database-migrator-url`, migratorUrl)
  files.set(`${app}-provision/database-url`, runtimeUrl)
}

const clients = apps.flatMap(({ name, scopes }) =>
  scopes ? [{ id: name, name, scopes, secret: secret(`${name}-client`) }] : [],
)
files.set('auth-seed/demo-clients', JSON.stringify(clients))

// Without auth, a service that needs tokens gets a public key whose private key nobody has: public routes work, the
// others need an auth service.
if (!apps.some(({ name }) => name === 'auth')) {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = JSON.stringify({ ...publicKey.export({ format: 'jwk' }), kid: 'development' })
  for (const { name } of apps) files.set(`${name}/development-key`, jwk)
}

write(storeFile, JSON.stringify(Object.fromEntries(store)), 0o600)
// World-readable, because the services run as other users. A container mounts only its own folder.
for (const [path, text] of files) write(join(volume, path), `${text}\n`, 0o444)
console.log(`${files.size} secret files are ready for ${apps.map(({ name }) => name).join(', ')}`)

function readStore(): Record<string, string> {
  try {
    return JSON.parse(readFileSync(storeFile, 'utf8'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {}
    throw error
  }
}

function write(path: string, text: string, mode: number): void {
  mkdirSync(dirname(path), { recursive: true })
  // Rename is atomic: a reader sees the old or the new file, never half of one.
  writeFileSync(`${path}.new`, text, { mode })
  renameSync(`${path}.new`, path)
}
