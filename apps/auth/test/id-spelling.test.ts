import { describe, expect, test } from 'vitest'
import { operations } from './api-description.ts'
import type { SignedIn } from './auth-service.ts'
import { asAdmin } from './mint-token.ts'
import { useTwoAuths } from './use-auth.ts'

// RFC 9562, section 4: a UUID is output in lower case and accepted in any.

const { auth, other } = await useTwoAuths()

const statusOfMe = async ({ headers }: SignedIn, instance = auth) =>
  (await instance.app.inject({ url: '/v1/me', headers })).statusCode

const cases: Record<string, (user: { id: string; session: SignedIn }) => Promise<[number, number]>> = {
  'DELETE /v1/sessions/{id}': async ({ session }) => {
    const list = await auth.app.inject({ url: '/v1/sessions', headers: session.headers })
    const [own] = list.json<{ items: { id: string }[] }>().items
    const url = `/v1/sessions/${own?.id.toUpperCase()}`
    return [(await auth.app.inject({ method: 'DELETE', url, headers: session.headers })).statusCode, 401]
  },
  'POST /v1/admin/users/{id}/disable': ({ id }) => administer('POST', id, 'disable', 401),
  'POST /v1/admin/users/{id}/enable': ({ id }) => administer('POST', id, 'enable', 200),
  'POST /v1/admin/users/{id}/revoke-sessions': ({ id }) => administer('POST', id, 'revoke-sessions', 401),
  'POST /v1/admin/users/{id}/unlock': ({ id }) => administer('POST', id, 'unlock', 200),
  'PUT /v1/admin/users/{id}/roles': ({ id }) => administer('PUT', id, 'roles', 401, { roles: ['editor'] }),
}

async function administer(
  method: 'POST' | 'PUT',
  id: string,
  action: string,
  statusAfterwards: number,
  payload?: object,
): Promise<[number, number]> {
  const response = await auth.app.inject({
    method,
    url: `/v1/admin/users/${id.toUpperCase()}/${action}`,
    headers: await asAdmin(auth),
    ...(payload && { payload }),
  })
  return [response.statusCode, statusAfterwards]
}

describe('an id in upper case means the same, and takes effect on every instance', () => {
  test.each(Object.entries(cases))('%s', async (_name, act) => {
    const { id, email } = await auth.createUser()
    const session = await auth.signIn(email)
    const [status, statusAfterwards] = await act({ id, session })
    expect(status).toBe(204)
    expect(await statusOfMe(session)).toBe(statusAfterwards)
    await expect.poll(() => statusOfMe(session, other), { timeout: 60_000 }).toBe(statusAfterwards)
  })

  test('every route with a UUID has a case', () => {
    const routes = operations()
      .filter(({ path }) => path.includes('{id}') && !path.startsWith('/v1/admin/clients'))
      .map(({ name }) => name)
    expect(Object.keys(cases).toSorted()).toEqual(routes.toSorted())
  })
})
