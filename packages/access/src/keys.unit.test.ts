import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { localKeys, readKeySet } from './keys.ts'

const ec = (kid: string, members: object = {}) => ({
  ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }),
  kid,
  ...members,
})
const rsa = (kid: string) => ({
  ...generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' }),
  kid,
})

describe('a key from the configuration', () => {
  test('is returned for its own id only', async () => {
    const keys = localKeys(JSON.stringify(ec('development')))
    expect(await keys.publicKey('development')).toMatch(/^-----BEGIN PUBLIC KEY-----/)
    expect(await keys.publicKey('other')).toBeUndefined()
    expect(await keys.state()).toBe('current')
  })

  test.each([
    ['{', 'JSON'],
    ['{}', 'kid'],
    ['{"kid":"a","kty":"RSA","n":"AQAB","e":"AQAB"}', 'EC'],
    ['{"kid":"a","kty":"EC","crv":"P-256","x":"AA","y":"AA"}', 'JWK'],
  ])('%j is refused', (jwk, reason) => {
    expect(() => localKeys(jwk)).toThrow(reason)
  })
})

describe('a key set', () => {
  test.each<[string, unknown]>([
    ['an RSA key', rsa('foreign')],
    ['an RSA key without an id', { ...rsa(''), kid: undefined }],
    ['a key of an unknown type', { kty: 'new', kid: 'foreign' }],
    ['a key on another curve', { ...ec('foreign'), crv: 'P-384' }],
    ['a key for encryption', ec('foreign', { use: 'enc' })],
    ['a key for another algorithm', ec('foreign', { alg: 'ECDH-ES' })],
    ['a point that is not on the curve', ec('foreign', { x: 'AA', y: 'AA' })],
    ['null', null],
    ['a string', 'foreign'],
  ])('with %s next to our key returns only our key', (_name, foreign) => {
    const keys = readKeySet({ keys: [foreign, ec('ours', { use: 'sig', alg: 'ES256' })] })
    expect([...keys.keys()]).toEqual(['ours'])
  })

  test.each([null, [], {}, { keys: null }, { keys: {} }, 'keys'])('%j is not a key set', (document) => {
    expect(() => readKeySet(document)).toThrow(/keys|expected object/)
  })
})
