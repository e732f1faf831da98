import { waitFor } from '@fondasi/testing'
import { beforeEach, expect } from 'vitest'
import { useTwoAuths } from './use-auth.ts'

export const newPassword = 'sebuah kata sandi baru'

/** Two instances, and the requests that tests of passwords send. */
export async function usePasswords() {
  const { backend, auth, other } = await useTwoAuths()
  beforeEach(() => {
    auth.log.length = 0
    other.log.length = 0
  })

  const post = (path: string, payload: object, headers: Record<string, string> = {}, instance = auth) =>
    instance.app.inject({ method: 'POST', url: `/v1${path}`, payload, headers })

  const forgot = (email: string) => post('/password/forgot', { email })
  const reset = (token: string, password = newPassword) => post('/password/reset', { token, password })
  const login = (email: string, password: string) => post('/login', { email, password })
  const meStatus = async (headers: Record<string, string>, instance = auth) =>
    (await instance.app.inject({ url: '/v1/me', headers })).statusCode

  /** All mails to an address, whichever instance has sent them, once the outbox is empty. */
  async function mailsTo(email: string): Promise<string[]> {
    await waitFor(async () => (await auth.deps.pool.query('select from outbox')).rowCount === 0, {
      what: 'the outbox to be empty',
      timeoutMs: 30_000,
    })
    return [...auth.log, ...other.log]
      .filter((line) => line['msg'] === 'mail' && line['to'] === email)
      .map((line) => String(line['link']))
  }

  /** Asks for a link and reads the token in its mail. */
  async function tokenFor(email: string): Promise<string> {
    const before = new Set(await mailsTo(email))
    expect((await forgot(email)).statusCode).toBe(202)
    const [link = ''] = (await mailsTo(email)).filter((each) => !before.has(each))
    expect(link).toMatch(/^http:\/\/localhost:4101\/reset-password#token=[\w-]{43}$/)
    return link.split('token=')[1] ?? ''
  }

  /** Both instances refuse an access token that is older than the password change. */
  const expectSignedOut = (headers: Record<string, string>) =>
    Promise.all(
      [auth, other].map((instance) =>
        waitFor(async () => (await meStatus(headers, instance)) === 401, {
          what: 'the access token to be refused',
          timeoutMs: 30_000,
        }),
      ),
    )

  return { backend, auth, other, post, forgot, reset, login, meStatus, mailsTo, tokenFor, expectSignedOut }
}
