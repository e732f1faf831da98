import { testResponses } from '../../../test/api-description.ts'
import { testPassword } from '../../../test/auth-service.ts'
import { asAdmin, asService } from '../../../test/mint-token.ts'
import { useAuth } from '../../../test/use-auth.ts'

const { auth } = await useAuth()

const newPassword = 'sebuah kata sandi baru'
const huge = { email: 'x'.repeat(2_000_000) }
const form = { 'content-type': 'application/x-www-form-urlencoded' }
const post = (path: string, payload: object | string, headers: object = {}) =>
  auth.app.inject({ method: 'POST', url: `/v1/password/${path}`, payload, headers: { ...headers } })

/** Resets the password of a new account with the token of its mail. */
async function reset(email: string, password: string) {
  await auth.createUser({ email })
  await post('forgot', { email })
  const { link } = await auth.mailTo(email)
  return post('reset', { token: link?.split('#token=')[1], password })
}

const passwords = { currentPassword: testPassword, newPassword }
const change = (headers: object, changed: object = {}) =>
  post('change', { ...passwords, ...changed }, headers)
const user = async () => (await auth.signIn((await auth.createUser()).email)).headers

testResponses('passwords', [
  ['POST /v1/password/forgot 202', () => post('forgot', { email: 'siti@example.com' })],
  ['POST /v1/password/forgot 400 validation_failed', () => post('forgot', { email: 'siti' })],
  ['POST /v1/password/forgot 413 payload_too_large', () => post('forgot', huge)],
  ['POST /v1/password/forgot 415 unsupported_media_type', () => post('forgot', 'email=siti', form)],
  ['POST /v1/password/reset 204', () => reset('reset@example.com', newPassword)],
  [
    'POST /v1/password/reset 400 invalid_mail_token',
    () => post('reset', { token: 'A'.repeat(43), password: newPassword }),
  ],
  ['POST /v1/password/reset 413 payload_too_large', () => post('reset', huge)],
  ['POST /v1/password/reset 415 unsupported_media_type', () => post('reset', 'token=x', form)],
  ['POST /v1/password/reset 422 password_rejected', () => reset('rejected@example.com', 'too short')],
  ['POST /v1/password/change 204', async () => change(await user())],
  ['POST /v1/password/change 400 validation_failed', async () => change(await user(), { newPassword: 1 })],
  ['POST /v1/password/change 401 missing_token', () => change({})],
  [
    'POST /v1/password/change 401 invalid_credentials',
    async () => change(await user(), { currentPassword: 'not the right password' }),
  ],
  ['POST /v1/password/change 403 insufficient_scope', async () => change(await asService(auth, 'catalog'))],
  ['POST /v1/password/change 404 user_not_found', async () => change(await asAdmin(auth))],
  ['POST /v1/password/change 413 payload_too_large', async () => change(await user(), huge)],
  [
    'POST /v1/password/change 415 unsupported_media_type',
    async () => post('change', 'newPassword=x', { ...(await user()), ...form }),
  ],
  [
    'POST /v1/password/change 422 password_rejected',
    async () => change(await user(), { newPassword: 'too short' }),
  ],
])
