import { expect, test } from 'vitest'
import type { State } from './state.ts'
import { summary } from './summary.ts'

const password = 'a password of the demo'
const stateOf = (name: string): State => ({
  pid: 1,
  services: [
    {
      name,
      title: name,
      pid: 2,
      url: 'http://localhost:1',
      docsUrl: 'http://localhost:1/docs',
      adminUrl: 'http://localhost:2/metrics',
      databaseUrl: '',
      migratorUrl: '',
      logFile: '',
      workers: [{ name: `${name}-worker`, pid: 3, adminUrl: 'http://localhost:3/metrics', logFile: '' }],
    },
  ],
  postgres: { url: 'postgres://localhost', source: 'here' },
  redis: { url: 'redis://localhost', source: 'here' },
  mail: { smtpUrl: 'smtp://localhost:4', inboxUrl: 'http://localhost:5' },
  accounts: [{ role: 'admin', email: 'admin@shop.test' }],
  password,
})

test('the demo accounts are shown where somebody can log in with them, and nowhere else', () => {
  expect(summary(stateOf('auth'))).toContain(password)
  expect(summary(stateOf('shop'))).not.toMatch(/password|admin@/)
})

test('a worker is shown with the address of its metrics, and the inbox with its link', () => {
  expect(summary(stateOf('shop'))).toMatch(/^shop-worker +http:\/\/localhost:3\/metrics$/m)
  expect(summary(stateOf('shop'))).toContain('http://localhost:5')
})
