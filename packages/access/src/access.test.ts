import { v7 as uuidv7 } from 'uuid'
import { describe, expect, test } from 'vitest'
import { claims, kid, token, useDemoAccess } from '../test/demo-access.ts'

const { get, revocations, takenBack } = await useDemoAccess()
const good = token()

describe('a token that is in order', () => {
  test('is accepted, also when it comes again and the check is cached', async () => {
    for (let turn = 0; turn < 3; turn += 1)
      expect((await get('/me', `Bearer ${good}`)).json()).toEqual({ id: claims.sub })
    expect((await get('/me', `bearer ${good}`)).statusCode).toBe(200)
  })

  test('is refused from the moment when its key is taken back, though it was verified before', async () => {
    const mine = `Bearer ${token({ claims: { jti: uuidv7() } })}`
    expect((await get('/me', mine)).statusCode).toBe(200)
    takenBack.add(kid)
    expect((await get('/me', mine)).statusCode).toBe(401)
    takenBack.delete(kid)
    expect((await get('/me', mine)).statusCode).toBe(200)
  })

  test('may name its audience in a list', async () => {
    expect((await get('/me', `Bearer ${token({ claims: { aud: ['other', 'fondasi'] } })}`)).statusCode).toBe(
      200,
    )
  })
})

describe('permissions', () => {
  test('the policy decides by role; 403 names what is missing', async () => {
    expect((await get('/products', `Bearer ${good}`)).statusCode).toBe(200)
    const response = await get('/users', `Bearer ${good}`)
    expect(response.statusCode).toBe(403)
    expect(response.headers['www-authenticate']).toBe(
      'Bearer error="insufficient_scope", scope="users:admin"',
    )
    expect((await get('/users', `Bearer ${token({ claims: { roles: ['admin'] } })}`)).statusCode).toBe(200)
  })

  test('a role that nobody defined, or one from the prototype, allows nothing', async () => {
    for (const role of ['boss', '__proto__', 'constructor', 'toString']) {
      expect((await get('/products', `Bearer ${token({ claims: { roles: [role] } })}`)).statusCode).toBe(403)
    }
  })

  test('a service may do what its token’s scope names, whatever its roles say', async () => {
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
  test('a session’s tokens are refused from the moment it is revoked, cached or not', async () => {
    const sid = uuidv7()
    const mine = `Bearer ${token({ claims: { sid } })}`
    expect((await get('/me', mine)).statusCode).toBe(200)
    revocations.add({ kind: 'session', sessionId: sid, expiresAtMs: Date.now() + 600_000 })
    expect((await get('/me', mine)).statusCode).toBe(401)
  })

  test('a subject’s tokens are refused up to the moment, to the millisecond, and good after it', async () => {
    const sub = uuidv7()
    const momentMs = Date.now()
    const at = (msecs: number) => `Bearer ${token({ claims: { sub, jti: uuidv7({ msecs }) } })}`
    revocations.add({
      kind: 'subject',
      subjectId: sub,
      notBeforeMs: momentMs,
      expiresAtMs: momentMs + 600_000,
    })
    expect((await get('/me', at(momentMs - 1))).statusCode).toBe(401)
    expect((await get('/me', at(momentMs))).statusCode).toBe(401)
    expect((await get('/me', at(momentMs + 1))).statusCode).toBe(200)
  })
})
