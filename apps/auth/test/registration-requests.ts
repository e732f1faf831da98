import { waitFor } from '@fondasi/testing'
import { beforeEach, expect } from 'vitest'
import { testPassword } from './auth-service.ts'
import { useAuth } from './use-auth.ts'

export const siti = 'siti@example.com'
export const strangersPassword = 'a different battery staple'
/** The address of the owner's network. */
export const home = '203.0.113.9'

/** The token of a link in a mail. */
export const tokenOf = (link: unknown) => String(link).split('#token=')[1] ?? ''

/** One instance, the requests that tests of registration send, and the mails that they cause. */
export async function useRegistration() {
  const { backend, auth } = await useAuth({ MAILS_PER_ADDRESS_PER_HOUR: '5' })
  beforeEach(() => {
    auth.log.length = 0
  })

  const post = (path: string, payload: object, from = home, instance = auth) =>
    instance.app.inject({
      method: 'POST',
      url: `/v1/${path}`,
      headers: { 'x-forwarded-for': from },
      payload,
    })
  const register = (email: string, password = testPassword, from = home) =>
    post('register', { email, password, name: 'Siti' }, from)
  const verify = (token: string, password = testPassword) => post('verify-email', { token, password })
  const login = (email: string, password = testPassword) => post('login', { email, password })

  const mailsTo = (email: string) => auth.log.filter(({ msg, to }) => msg === 'mail' && to === email)
  const linksTo = (email: string, page: string) =>
    mailsTo(email)
      .map(({ link }) => String(link))
      .filter((link) => link.includes(`/${page}#`))
  const outboxIsEmpty = () =>
    waitFor(async () => (await auth.deps.pool.query('select from outbox')).rowCount === 0, {
      what: 'the outbox to be delivered',
      timeoutMs: 30_000,
    })

  /** Registers and reads the mail. @returns the token of its link */
  async function claim(email: string, password = testPassword, from = home): Promise<string> {
    await outboxIsEmpty()
    const before = mailsTo(email).length
    expect((await register(email, password, from)).statusCode).toBe(202)
    await outboxIsEmpty()
    expect(mailsTo(email)).toHaveLength(before + 1)
    return tokenOf(mailsTo(email).at(-1)?.['link'])
  }

  /** Asks for a link to choose a password. @returns its token */
  async function askForLink(path: string, email: string): Promise<string> {
    expect((await post(path, { email })).statusCode).toBe(202)
    await outboxIsEmpty()
    return tokenOf(linksTo(email, 'finish-registration').at(-1))
  }

  async function countUsers(): Promise<number> {
    return (await auth.deps.pool.query('select from users')).rowCount ?? 0
  }

  return {
    backend,
    auth,
    post,
    register,
    verify,
    login,
    mailsTo,
    linksTo,
    outboxIsEmpty,
    claim,
    askForLink,
    countUsers,
  }
}
