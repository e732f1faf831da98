import { createClock } from '@fondasi/testing'
import { afterAll, expect, test } from 'vitest'
import { type AuthInstance, startAuth } from '../../../test/auth-service.ts'
import { asAdmin } from '../../../test/mint-token.ts'
import { basic, grant, oauthRequests } from '../../../test/oauth-requests.ts'
import { useAuth } from '../../../test/use-auth.ts'

const { backend, auth } = await useAuth()
/** Another process, whose clock is 20 seconds ahead. */
const ahead = await startAuth({ ...backend, clock: createClock(new Date(Date.now() + 20_000)) })
afterAll(() => ahead.close())
const { client, post } = oauthRequests(backend, auth)

const statusOf = async (token: string, instance: AuthInstance) =>
  (await instance.app.inject({ url: '/v1/revocations', headers: { authorization: `Bearer ${token}` } }))
    .statusCode

test.each([
  ['ahead', ahead, auth],
  ['behind', auth, ahead],
])(
  'a token of the process that is %s is refused after the other has deleted its client',
  async (_name, issuer, deleter) => {
    const granted = await post('token', grant, basic(client()), issuer)
    const token = granted.json<{ access_token: string }>().access_token
    expect(await statusOf(token, deleter)).toBe(200)
    const deleted = await deleter.app.inject({
      method: 'DELETE',
      url: `/v1/admin/clients/${client().id}`,
      headers: await asAdmin(deleter),
    })
    expect(deleted.statusCode).toBe(204)
    expect(await statusOf(token, deleter)).toBe(401)
    await expect.poll(() => statusOf(token, issuer), { timeout: 60_000 }).toBe(401)
  },
)
