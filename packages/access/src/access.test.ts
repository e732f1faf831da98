import { v7 as uuidv7 } from 'uuid'
import { describe, expect, test } from 'vitest'
import { claims, kid, token, useDemoAccess } from '../test/demo-access.ts'

const { get, revocations, removed } = await useDemoAccess()
const good = token()

describe('a valid token', () => {
  test('is accepted, also when it is sent again and its verification is cached', async () => {
    for (let turn = 0; turn < 3; turn += 1)
      expect((await get('/me', `Bearer ${good}`)).json()).toEqual({ id: claims.sub })
    expect((await get('/me', `bearer ${good}`)).statusCode).toBe(200)
  })

  test('is refused once its key is removed, though it was verified before', async () => {
    const mine = `Bearer ${token({ claims: { jti: uuidv7() } })}`
    expect((await get('/me', mine)).statusCode).toBe(200)
    removed.add(kid)
    expect((await get('/me', mine)).statusCode).toBe(401)
    removed.delete(kid)
    expect((await get('/me', mine)).statusCode).toBe(200)
  })

  test('may name its audience in a list', async () => {
    expect((await get('/me', `Bearer ${token({ claims: { aud: ['other', 'fondasi'] } })}`)).statusCode).toBe(
      200,
    )
  })
})

describe('permissions', () => {
  test('the policy decides by role; 403 names the missing permission', async () => {
    expect((await get('/products', `Bearer ${good}`)).statusCode).toBe(200)
    const response = await get('/users', `Bearer ${good}`)
    expect(response.statusCode).toBe(403)
    expect(response.headers['www-authenticate']).toBe(
      'Bearer error="insufficient_scope", scope="users:admin"',
    )
    expect((await get('/users', `Bearer ${token({ claims: { roles: ['admin'] } })}`)).statusCode).toBe(200)
  })

  test('a role that is not in the table, or a name from the prototype, allows nothing', async () => {
    for (const role of ['boss', '__proto__', 'constructor', 'toString']) {
      expect((await get('/products', `Bearer ${token({ claims: { roles: [role] } })}`)).statusCode).toBe(403)
    }
  })

  test('a service may do what its token’s scope lists, whatever its roles say', async () => {
    const service = (scope: string) =>
      `Bearer ${token({ claims: { sub: 'reports', client_id: 'reports', sid: undefined, scope, roles: ['admin'] } })}`
    expect((await get('/products', service('products:write jobs:read'))).statusCode).toBe(200)
    expect((await get('/products', service('products:read'))).statusCode).toBe(403)
    expect((await get('/service', service(''))).statusCode).toBe(200)
    expect((await get('/user', service(''))).statusCode).toBe(403)
    expect((await get('/service', `Bearer ${good}`)).statusCode).toBe(403)
  })
})

describe('revocation', () => {
  test('the tokens of a revoked session are refused, cached or not', async () => {
    const sid = uuidv7()
    const mine = `Bearer ${token({ claims: { sid } })}`
    expect((await get('/me', mine)).statusCode).toBe(200)
    revocations.add({ kind: 'session', sessionId: sid, expiresAtMs: Date.now() + 600_000 })
    expect((await get('/me', mine)).statusCode).toBe(401)
  })

  test('a subject’s tokens are refused up to the revocation, to the millisecond, and accepted after it', async () => {
    const sub = uuidv7()
    const revokedAtMs = Date.now()
    const at = (msecs: number) => `Bearer ${token({ claims: { sub, jti: uuidv7({ msecs }) } })}`
    revocations.add({
      kind: 'subject',
      subjectId: sub,
      notBeforeMs: revokedAtMs,
      expiresAtMs: revokedAtMs + 600_000,
    })
    expect((await get('/me', at(revokedAtMs - 1))).statusCode).toBe(401)
    expect((await get('/me', at(revokedAtMs))).statusCode).toBe(401)
    expect((await get('/me', at(revokedAtMs + 1))).statusCode).toBe(200)
  })

  test('the tokens of a revoked key are refused, cached or not', async () => {
    const mine = `Bearer ${token({ claims: { jti: uuidv7() } })}`
    expect((await get('/me', mine)).statusCode).toBe(200)
    revocations.add({ kind: 'key', kid, expiresAtMs: Date.now() + 600_000 })
    expect((await get('/me', mine)).statusCode).toBe(401)
    expect((await get('/me', `Bearer ${token({ claims: { jti: uuidv7() } })}`)).statusCode).toBe(401)
  })
})
