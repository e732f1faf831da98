import { testResponses } from '../../../test/api-description.ts'
import { testPassword } from '../../../test/auth-service.ts'
import { useAuth } from '../../../test/use-auth.ts'

const { auth } = await useAuth()

const huge = { email: 'x'.repeat(2_000_000) }
const form = { 'content-type': 'application/x-www-form-urlencoded' }
const siti = { email: 'siti@example.com', name: 'Siti', password: testPassword }
const post = (path: string, payload: object | string, headers = {}) =>
  auth.app.inject({ method: 'POST', url: `/v1/${path}`, payload, headers })

/** The token in the mail of a new registration. */
async function newToken(email: string): Promise<string> {
  await post('register', { ...siti, email })
  return (await auth.mailTo(email)).link?.split('#token=')[1] ?? ''
}
const verify = (token: string, password = testPassword) => post('verify-email', { token, password })

testResponses('registration', [
  ['POST /v1/register 202', () => post('register', siti)],
  ['POST /v1/register 400 validation_failed', () => post('register', { ...siti, email: 'siti' })],
  ['POST /v1/register 413 payload_too_large', () => post('register', huge)],
  ['POST /v1/register 415 unsupported_media_type', () => post('register', 'name=Siti', form)],
  ['POST /v1/register 422 password_rejected', () => post('register', { ...siti, password: 'too short' })],
  ['POST /v1/resend-verification 202', () => post('resend-verification', { email: siti.email })],
  ['POST /v1/resend-verification 400 validation_failed', () => post('resend-verification', {})],
  ['POST /v1/resend-verification 413 payload_too_large', () => post('resend-verification', huge)],
  ['POST /v1/resend-verification 415 unsupported_media_type', () => post('resend-verification', 'a=b', form)],
  ['POST /v1/verify-email 200', async () => verify(await newToken('confirmed@example.com'))],
  ['POST /v1/verify-email 400 invalid_mail_token', () => verify('A'.repeat(43))],
  [
    'POST /v1/verify-email 401 invalid_credentials',
    async () => verify(await newToken('guessed@example.com'), 'not the right password'),
  ],
  ['POST /v1/verify-email 413 payload_too_large', () => post('verify-email', huge)],
  ['POST /v1/verify-email 415 unsupported_media_type', () => post('verify-email', 'a=b', form)],
  [
    'POST /v1/verify-email 422 password_rejected',
    async () => {
      const email = 'late@example.com'
      await newToken(email)
      auth.log.length = 0
      await post('resend-verification', { email })
      const { link } = await auth.mailTo(email)
      return verify(link?.split('#token=')[1] ?? '', 'too short')
    },
  ],
])
