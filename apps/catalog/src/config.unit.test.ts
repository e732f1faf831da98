import { expect, test } from 'vitest'
import { readConfig } from './config.ts'

test('one message names every missing setting, including those that depend on another', () => {
  expect(() => readConfig({})).toThrow(
    /4 problems[^]*DATABASE_URL: is missing[^]*REDIS_URL: [^]*CURSOR_KEY: [^]*AUTH_JWKS_URL: is required/,
  )
  expect(() => readConfig({ NODE_ENV: 'production', AUTH_URL: 'auth', AUTH_DEVELOPMENT_KEY: 'x' })).toThrow(
    /7 problems[^]*AUTH_URL: expected an address[^]*AUTH_CLIENT_SECRET: is required[^]*AUTH_DEVELOPMENT_KEY: must not/,
  )
})

test('addresses of auth have no slash at their end, and each address has its protocol', () => {
  const env = {
    DATABASE_URL: 'postgres://db/catalog',
    REDIS_URL: 'redis://cache',
    CURSOR_KEY: Buffer.alloc(32, 7).toString('base64url'),
    AUTH_ISSUER: 'https://shop.example/auth/',
    AUTH_URL: 'http://auth:4101/',
    AUTH_JWKS_URL: 'http://auth:4101/.well-known/jwks.json',
    AUTH_CLIENT_SECRET: 'secret',
  }
  expect(readConfig(env)).toMatchObject({
    AUTH_ISSUER: 'https://shop.example/auth',
    AUTH_URL: 'http://auth:4101',
  })
  const wrong = { AUTH_JWKS_URL: 'ftp://auth', CACHE_REDIS_URL: 'http://cache', ALLOWED_ORIGINS: '*' }
  expect(() => readConfig({ ...env, ...wrong })).toThrow(/3 problems/)
})
