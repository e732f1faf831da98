import { describe, expect, test } from 'vitest'
import { introspectionOf } from './live-token.ts'

const config = { AUTH_ISSUER: 'https://auth.example', AUTH_AUDIENCE: 'fondasi' }

describe('introspection', () => {
  test('says nothing about a token that is not valid', () => {
    expect(introspectionOf(undefined, config)).toEqual({ active: false })
  })

  test('gives times in whole seconds', () => {
    const expiresAt = new Date('2026-11-30T00:00:00.999Z')
    expect(introspectionOf({ kind: 'refresh', clientId: 'web', userId: 'u', expiresAt }, config)).toEqual({
      active: true,
      token_type: 'refresh_token',
      client_id: 'web',
      sub: 'u',
      iss: 'https://auth.example',
      exp: Date.parse('2026-11-30T00:00:00Z') / 1000,
    })
  })
})
