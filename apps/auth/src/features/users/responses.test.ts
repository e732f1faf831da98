import type { ResponseCase } from '@fondasi/testing'
import { expect, test } from 'vitest'
import { testResponses } from '../../../test/api-description.ts'
import { asAdmin, asService } from '../../../test/mint-token.ts'
import { useAuth } from '../../../test/use-auth.ts'

const { auth } = await useAuth()

const unknownId = '01936f0e-8a3c-7cc2-9d1e-000000000000'
const huge = { roles: ['x'.repeat(2_000_000)] }
const form = { 'content-type': 'application/x-www-form-urlencoded' }
const roles = { roles: ['viewer'] }

const admin = () => asAdmin(auth)
const service = () => asService(auth, 'catalog')
const editor = async () => (await auth.signIn((await auth.createUser({ roles: ['editor'] })).email)).headers

const list = (headers: object, query = '') =>
  auth.app.inject({ url: `/v1/admin/users${query}`, headers: { ...headers } })

const actions = [
  { method: 'POST', action: 'disable' },
  { method: 'POST', action: 'enable' },
  { method: 'POST', action: 'revoke-sessions' },
  { method: 'POST', action: 'unlock' },
  { method: 'PUT', action: 'roles' },
] as const
type Action = (typeof actions)[number]

/** Sends a request with a valid body. */
const act = ({ method, action }: Action, id: string, headers: object, payload: object | string = roles) =>
  auth.app.inject({
    method,
    url: `/v1/admin/users/${id}/${action}`,
    headers: { ...headers },
    ...(action === 'roles' && { payload }),
  })
const userId = async () => (await auth.createUser()).id
const setRoles = actions[4]

/** An action of the last administrator on the own account. */
async function asLastAdmin(action: Action) {
  const { id, email } = await auth.createUser({ roles: ['admin'] })
  const { headers } = await auth.signIn(email)
  const response = await act(action, id, headers)
  // The role stays.
  expect((await list(headers)).statusCode).toBe(200)
  return response
}

testResponses('users', [
  ...['', '?limit=1', '?email=siti@example.com'].map(
    (query): ResponseCase => ['GET /v1/admin/users 200', async () => list(await admin(), query)],
  ),
  ...['?limit=0', '?limit=101', '?limit=x', '?email=x', '?order=email'].map(
    (query): ResponseCase => [
      'GET /v1/admin/users 400 validation_failed',
      async () => list(await admin(), query),
    ],
  ),
  ['GET /v1/admin/users 401 missing_token', () => list({})],
  ['GET /v1/admin/users 403 insufficient_scope', async () => list(await editor())],
  ['GET /v1/admin/users 403 insufficient_scope', async () => list(await service())],
  ...actions.flatMap((action): ResponseCase[] => {
    const operation = `${action.method} /v1/admin/users/{id}/${action.action}`
    return [
      [`${operation} 204`, async () => act(action, await userId(), await admin())],
      [`${operation} 400 validation_failed`, async () => act(action, 'siti', await admin())],
      [`${operation} 401 missing_token`, () => act(action, unknownId, {})],
      [`${operation} 403 insufficient_scope`, async () => act(action, unknownId, await editor())],
      [`${operation} 403 insufficient_scope`, async () => act(action, unknownId, await service())],
      [`${operation} 404 user_not_found`, async () => act(action, unknownId, await admin())],
    ]
  }),
  ['POST /v1/admin/users/{id}/disable 409 last_admin', () => asLastAdmin(actions[0])],
  ['PUT /v1/admin/users/{id}/roles 409 last_admin', () => asLastAdmin(setRoles)],
  [
    'PUT /v1/admin/users/{id}/roles 413 payload_too_large',
    async () => act(setRoles, unknownId, await admin(), huge),
  ],
  [
    'PUT /v1/admin/users/{id}/roles 415 unsupported_media_type',
    async () => act(setRoles, await userId(), { ...(await admin()), ...form }, 'roles=admin'),
  ],
])

test('403 names the scope that is missing', async () => {
  for (const headers of [await editor(), await service()]) {
    const challenged = [await list(headers), await act(setRoles, unknownId, headers)]
    for (const response of challenged)
      expect(response.headers['www-authenticate']).toContain('scope="users:admin"')
  }
})
