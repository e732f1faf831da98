import { createPrivateKey, createPublicKey } from 'node:crypto'
import { calculateJwkThumbprint } from 'jose'
import { describe, expect, test } from 'vitest'
import { generateSigningKey, publicKeyPem } from './key-pair.ts'

describe('a new signing key', () => {
  test('its id is the RFC 7638 thumbprint of its public half', async () => {
    const { kid, publicJwk } = await generateSigningKey()
    expect(kid).toBe(await calculateJwkThumbprint(publicJwk))
  })

  test('the public half stored is that of the private key', async () => {
    const { publicJwk, privateKeyPem } = await generateSigningKey()
    const derived = createPublicKey(createPrivateKey(privateKeyPem)).export({ type: 'spki', format: 'pem' })
    expect(publicKeyPem(publicJwk)).toBe(derived)
  })

  test('every new key is different', async () => {
    const [one, two] = await Promise.all([generateSigningKey(), generateSigningKey()])
    expect(one.kid).not.toBe(two.kid)
  })
})
