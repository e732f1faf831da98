import { expect, test } from 'vitest'
import { readConfig } from './config.ts'

const refused = /WEBHOOK_ALLOWED_TARGETS: must not be set in production/

test('production refuses to send webhooks to internal addresses', () => {
  const env = { WEBHOOK_ALLOWED_TARGETS: '127.0.0.1:9000' }
  expect(() => readConfig({ ...env, NODE_ENV: 'production' })).toThrow(refused)
  expect(() => readConfig({ ...env, NODE_ENV: 'test' })).not.toThrow(refused)
})

test.each([
  ['MAIL_FROM', 'Fondasi'],
  ['INBOX_STANDARD_SECRET', 'secret'],
  ['SMTP_URL', 'https://mail.example'],
])('%s refuses %s', (name, value) => {
  expect(() => readConfig({ [name]: value })).toThrow(`${name}: expected`)
})
