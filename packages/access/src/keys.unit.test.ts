import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { localKeys } from './index.ts'

test('the key that is known from the start answers to its own id only', async () => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const keys = localKeys(JSON.stringify({ ...publicKey.export({ format: 'jwk' }), kid: 'development' }))
  expect(await keys.publicKey('development')).toMatch(/^-----BEGIN PUBLIC KEY-----/)
  expect(await keys.publicKey('other')).toBeUndefined()
})

test.each([
  ['{', 'JSON'],
  ['{}', 'kid'],
  ['{"kid":"a","kty":"RSA","n":"AQAB","e":"AQAB"}', 'EC'],
  ['{"kid":"a","kty":"EC","crv":"P-256","x":"AA","y":"AA"}', 'JWK'],
])('%j is no key', (jwk, reason) => {
  expect(() => localKeys(jwk)).toThrow(reason)
})
