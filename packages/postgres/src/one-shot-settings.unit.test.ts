import { expect, test } from 'vitest'
import { databaseAccess, readDatabaseLogins, readMigratorLogin } from './index.ts'

const admin = 'postgres://admin:secret@db:5432/postgres'
const logins = { adminUrl: admin, name: 'orders', passwords: { migrator: "m'@:/%1", runtime: 'r"\\ #?' } }
const { migratorUrl, runtimeUrl } = databaseAccess(logins)
const env = { DATABASE_ADMIN_URL: admin, DATABASE_MIGRATOR_URL: migratorUrl, DATABASE_URL: runtimeUrl }

test('the URLs of the app’s programs name the database and the passwords to create', () => {
  expect(readDatabaseLogins(env)).toEqual(logins)
})

test.each([
  ['another server', { DATABASE_MIGRATOR_URL: migratorUrl.replace('@db:', '@elsewhere:') }],
  ['another database', { DATABASE_URL: runtimeUrl.replace('/orders', '/auth') }],
  ['a role of another name', { DATABASE_URL: runtimeUrl.replace('orders_runtime', 'orders') }],
])('URLs of %s are refused, because no program would log in with the created roles', (_what, wrong) => {
  expect(() => readDatabaseLogins({ ...env, ...wrong })).toThrow(/must name one server/)
})

test('every URL that is missing or malformed is named in one error', () => {
  expect(() => readDatabaseLogins({ DATABASE_URL: 'http://db' })).toThrow(
    /3 problems[^]*ADMIN_URL[^]*MIGRATOR_URL[^]*DATABASE_URL: expected/,
  )
})

test('the owner of the tables is named after the database by default', () => {
  expect(readMigratorLogin(env, 'orders')).toEqual({ url: migratorUrl, ownerRole: 'orders_owner' })
  expect(readMigratorLogin({ ...env, DATABASE_OWNER_ROLE: 'shop' }, 'orders').ownerRole).toBe('shop')
  expect(() => readMigratorLogin({}, 'orders')).toThrow(/DATABASE_MIGRATOR_URL/)
})
