import { createClock } from '@fondasi/testing'
import { afterAll, expect, test } from 'vitest'
import { type AuthInstance, startAuth } from '../../../test/auth-service.ts'
import { asAdmin } from '../../../test/mint-token.ts'
import { useAuth } from '../../../test/use-auth.ts'

const { backend, auth } = await useAuth()
/** Another process, whose clock is 20 seconds ahead. */
const ahead = await startAuth({ ...backend, clock: createClock(new Date(Date.now() + 20_000)) })
afterAll(() => ahead.close())

const statusOf = async (token: string, instance: AuthInstance) =>
  (await instance.app.inject({ url: '/v1/me', headers: { authorization: `Bearer ${token}` } })).statusCode

test.each([
  ['ahead', ahead, auth],
  ['behind', auth, ahead],
])(
  'a token of the process that is %s is refused after the other has changed the roles, and the next one is accepted',
  async (_name, issuer, changer) => {
    const { id, email } = await auth.createUser()
    const { accessToken, refreshToken } = await issuer.signIn(email)
    for (const instance of [issuer, changer]) expect(await statusOf(accessToken, instance)).toBe(200)
    const change = await changer.app.inject({
      method: 'PUT',
      url: `/v1/admin/users/${id}/roles`,
      headers: await asAdmin(changer),
      payload: { roles: ['editor'] },
    })
    expect(change.statusCode).toBe(204)
    expect(await statusOf(accessToken, changer)).toBe(401)
    await expect.poll(() => statusOf(accessToken, issuer), { timeout: 60_000 }).toBe(401)

    const refreshed = await issuer.app.inject({
      method: 'POST',
      url: '/v1/refresh',
      payload: { refreshToken },
    })
    const next = refreshed.json<{ accessToken: string }>().accessToken
    for (const instance of [issuer, changer]) expect(await statusOf(next, instance)).toBe(200)
  },
)
