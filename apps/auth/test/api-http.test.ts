import { fileURLToPath } from 'node:url'
import { testHttpFile } from '@fondasi/testing'
import { afterAll } from 'vitest'
import { createAuthBackend, startAuth, testPassword } from './auth-service.ts'

const backend = await createAuthBackend()
const auth = await startAuth(backend)
await auth.createUser({ email: 'admin@fondasi.test', roles: ['admin'] })
afterAll(async () => {
  await auth.close()
  await backend.close()
})

const tokenFromMail = (subject: string) => async () => {
  const { link = '' } = await auth.mailTo('siti@example.com', subject)
  return link.slice(link.indexOf('token=') + 'token='.length)
}
testHttpFile({
  path: fileURLToPath(new URL('../api.http', import.meta.url)),
  app: auth.app,
  variables: {
    adminPassword: testPassword,
    mailToken: tokenFromMail('Confirm your address'),
    resetToken: tokenFromMail('Choose a new password'),
  },
  // Without this the clock would not move, although two requests of a person are never in the same millisecond.
  beforeRequest: () => backend.clock.advance(10),
})
