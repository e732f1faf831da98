import { expect, test } from 'vitest'
import { readConfig } from './config.ts'

const env = {
  DATABASE_URL: 'postgres://db/auth',
  REDIS_URL: 'redis://cache',
  AUTH_MASTER_KEY: Buffer.alloc(32, 7).toString('base64url'),
}

test('a slash at the end of an address is dropped, so that no link in a mail has two', () => {
  const urls = { PUBLIC_URL: 'https://shop.example/', AUTH_ISSUER: 'https://shop.example/auth/' }
  expect(readConfig({ ...env, ...urls })).toMatchObject({
    PUBLIC_URL: 'https://shop.example',
    AUTH_ISSUER: 'https://shop.example/auth',
  })
})

test.each([
  ['PUBLIC_URL', 'https://shop.example?from=mail'],
  ['AUTH_ISSUER', 'urn:issuer'],
  ['SMTP_URL', 'https://mail.example'],
  ['ALLOWED_ORIGINS', 'https://shop.example/'],
])('%s=%s is refused', (name, value) => {
  expect(() => readConfig({ ...env, [name]: value })).toThrow(new RegExp(`1 problem:\\n {2}- ${name}: `))
})
