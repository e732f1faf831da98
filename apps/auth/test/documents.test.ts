import { fileURLToPath } from 'node:url'
import { testDocuments } from '@fondasi/testing'
import { describe, expect, test } from 'vitest'
import { settings } from '../src/config.ts'
import { operations } from './api-description.ts'
import { useAuth } from './use-auth.ts'

const { auth } = await useAuth()
testDocuments({ folder: fileURLToPath(new URL('..', import.meta.url)), settings, app: auth.app })

test('the API reference begins with what a person does first, and ends with what only machines read', () => {
  const sections = [...new Set(operations().flatMap(({ tags }) => tags))]
  expect(sections[0]).toBe('registration')
  expect(sections.at(-1)).toBe('keys')
})

describe('below /admin', () => {
  const administration = operations().filter(({ path }) => path.startsWith('/v1/admin/'))
  const someId = '01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70'

  // requireUser is not enough: anyone may have an account.
  test.each(administration)('$name refuses a user without a role', async ({ method, path }) => {
    const { email } = await auth.createUser()
    const { headers } = await auth.signIn(email)
    const response = await auth.app.inject({ method, url: path.replaceAll(/\{\w+\}/g, someId), headers })
    const advice = "give the route onRequest: access.requirePermission('…')"
    expect([response.statusCode, response.json().code], advice).toEqual([403, 'insufficient_scope'])
  })
})
