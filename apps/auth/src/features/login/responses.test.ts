import { testResponses } from '../../../test/api-description.ts'
import { testPassword } from '../../../test/auth-service.ts'
import { useAuth } from '../../../test/use-auth.ts'
import { users } from '../../db/schema.ts'

const { backend, auth } = await useAuth()
const login = (payload: object | string, headers = {}) =>
  auth.app.inject({ method: 'POST', url: '/v1/login', payload, headers })
async function credentials() {
  return { email: (await auth.createUser()).email, password: testPassword }
}

testResponses('login', [
  ['POST /v1/login 200', async () => login(await credentials())],
  ['POST /v1/login 400 validation_failed', async () => login({ ...(await credentials()), remember: true })],
  ['POST /v1/login 401 invalid_credentials', async () => login({ ...(await credentials()), password: 'no' })],
  [
    'POST /v1/login 403 account_disabled',
    async () => {
      const disabled = await credentials()
      await auth.deps.db.update(users).set({ disabledAt: backend.clock() })
      return login(disabled)
    },
  ],
  [
    'POST /v1/login 403 cross_site_request',
    async () => login(await credentials(), { 'sec-fetch-site': 'cross-site' }),
  ],
  ['POST /v1/login 413 payload_too_large', () => login({ email: 'x'.repeat(2_000_000) })],
  [
    'POST /v1/login 415 unsupported_media_type',
    () => login('email=siti', { 'content-type': 'application/x-www-form-urlencoded' }),
  ],
])
