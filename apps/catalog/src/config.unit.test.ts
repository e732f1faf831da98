import { expect, test } from 'vitest'
import { readConfig } from './config.ts'

test('one message names all that is missing: single settings, and what one of several must say', () => {
  expect(() => readConfig({})).toThrow(
    /4 problems[^]*DATABASE_URL: is missing[^]*REDIS_URL: [^]*CURSOR_KEY: [^]*AUTH_JWKS_URL: is needed/,
  )
  expect(() => readConfig({ NODE_ENV: 'production', AUTH_URL: 'auth', AUTH_DEVELOPMENT_KEY: 'x' })).toThrow(
    /7 problems[^]*AUTH_URL: Invalid[^]*AUTH_CLIENT_SECRET: is needed[^]*AUTH_DEVELOPMENT_KEY: must not/,
  )
})
