import { describe, expect, onTestFinished, test } from 'vitest'
import { withoutPrivilege } from '../../../test/administrator.ts'
import { startAuth, testPassword } from '../../../test/auth-service.ts'
import { home, siti, strangersPassword, useRegistration } from '../../../test/registration-requests.ts'

const { backend, auth, post, register, verify, login, mailsTo, linksTo, outboxIsEmpty, claim, countUsers } =
  await useRegistration()

describe('a stranger registers the address too', () => {
  const orders = [
    ['the stranger first', ['stranger', 'owner']],
    ['the stranger last', ['owner', 'stranger']],
    ['the stranger before and after', ['stranger', 'owner', 'stranger']],
  ] as const

  test.each(orders)('%s: the account has the owner’s password only', async (_name, order) => {
    const passwords = { stranger: strangersPassword, owner: testPassword }
    const claims: { by: 'stranger' | 'owner'; token: string }[] = []
    for (const by of order) claims.push({ by, token: await claim(siti, passwords[by]) })

    // The owner opens every link and types the own password, the strangers' links first.
    for (const { token } of claims.filter(({ by }) => by === 'stranger'))
      expect((await verify(token)).json()).toMatchObject({ status: 401, code: 'invalid_credentials' })
    for (const { token } of claims.filter(({ by }) => by === 'owner'))
      expect((await verify(token)).statusCode).toBe(200)

    for (const { token } of claims) expect((await verify(token, strangersPassword)).statusCode).toBe(400)
    expect((await login(siti, strangersPassword)).statusCode).toBe(401)
    expect((await login(siti)).statusCode).toBe(200)
  })

  test('as often as one network may: the owner’s registration still gets its mail, and its link works', async () => {
    for (let n = 0; n < 4; n += 1) await register(siti, strangersPassword, '198.51.100.7')
    await outboxIsEmpty()
    expect(mailsTo(siti)).toHaveLength(3)
    expect((await verify(await claim(siti))).statusCode).toBe(200)
    expect((await login(siti)).statusCode).toBe(200)
  })

  test('the owner who never registered gets no account with the stranger’s password', async () => {
    const token = await claim(siti, strangersPassword)
    expect((await verify(token, 'whatever the owner types')).statusCode).toBe(401)
    expect(await countUsers()).toBe(0)
  })
})

describe('responses do not reveal who has an account', () => {
  test('new, taken and claimed addresses: the same response, the same hashing, and no query for the address', async () => {
    const { email: taken } = await auth.createUser()
    await claim('claimed@example.com')
    const hashesDone = async () => {
      const text = await auth.deps.metrics.registry.getSingleMetricAsString('auth_hash_wait_seconds')
      return Number(/auth_hash_wait_seconds_count\S* (\d+)/.exec(text)?.[1])
    }
    // Without the right to read them, a request that looked into these tables would fail.
    await withoutPrivilege(backend, 'select on users, registrations', async () => {
      for (const path of ['register', 'resend-verification', 'password/forgot']) {
        const answers = []
        for (const email of ['new@example.com', taken, 'claimed@example.com']) {
          const before = await hashesDone()
          const body = path === 'register' ? { email, password: testPassword, name: 'Siti' } : { email }
          const response = await post(path, body)
          answers.push([response.statusCode, response.body, (await hashesDone()) - before])
        }
        const [[, body] = []] = answers
        for (const answer of answers) expect(answer).toEqual([202, body, path === 'register' ? 1 : 0])
      }
    })
  })

  test('somebody who has an account gets a mail that says so, and a link to reset the password when asking for one', async () => {
    const { email } = await auth.createUser()
    await register(email)
    await outboxIsEmpty()
    await post('resend-verification', { email })
    await outboxIsEmpty()
    expect(mailsTo(email).map(({ subject }) => subject)).toEqual([
      'You already have an account',
      'Choose a new password',
    ])
    expect(mailsTo(email).map(({ link }) => link)).toEqual([
      undefined,
      expect.stringContaining('/reset-password#token='),
    ])
  })
})

describe('limits', () => {
  test('the fourth registration from one network within an hour gets the same response and no mail', async () => {
    const responses = []
    for (let n = 0; n < 4; n += 1) responses.push(await register(siti))
    expect(new Set(responses.map(({ statusCode, body }) => `${statusCode} ${body}`)).size).toBe(1)
    await outboxIsEmpty()
    expect(mailsTo(siti)).toHaveLength(3)
  })

  test('a withheld mail is written to the outbox like any other, so the response time reveals nothing', async () => {
    const delivered = async () => {
      const counter = await auth.deps.metrics.registry.getSingleMetric('outbox_delivered_total')?.get()
      const mails = counter?.values.filter(({ labels }) => labels['topic'] !== 'audit.event') ?? []
      return mails.reduce((sum, { value }) => sum + value, 0)
    }
    const before = await delivered()
    for (let n = 0; n < 5; n += 1) {
      await register(siti)
      await post('password/forgot', { email: siti })
    }
    await outboxIsEmpty()
    expect(await delivered()).toBe(before + 10)
    expect(linksTo(siti, 'verify-email')).toHaveLength(3)
  })

  test('a registration that is refused, by its schema or for its password, counts for no limit', async () => {
    const strict = await startAuth(backend, {
      MAIL_REQUESTS_PER_IP_PER_HOUR: '1',
      MAILS_PER_CLIENT_AND_ADDRESS_PER_HOUR: '1',
    })
    onTestFinished(() => strict.close())
    const registerWith = async (password: unknown) => {
      const { statusCode } = await post('register', { email: siti, password, name: 'Siti' }, home, strict)
      return statusCode
    }
    expect([await registerWith(7), await registerWith('password1234')]).toEqual([400, 422])
    expect([await registerWith(testPassword), await registerWith(testPassword)]).toEqual([202, 429])
    await outboxIsEmpty()
    // Either instance may deliver it.
    const log = [auth, strict].flatMap((instance) => instance.log)
    expect(log.filter(({ msg, to }) => msg === 'mail' && to === siti)).toHaveLength(1)
  })

  test('the eleventh request of one client is 429, over all routes that send mail', async () => {
    const strict = await startAuth(backend, { MAIL_REQUESTS_PER_IP_PER_HOUR: '10' })
    onTestFinished(() => strict.close())
    const ask = (index: number, from: string) =>
      post(
        index % 2 === 0 ? 'resend-verification' : 'password/forgot',
        { email: `user${index}@example.com` },
        from,
        strict,
      )
    for (let index = 0; index < 10; index += 1) expect((await ask(index, home)).statusCode).toBe(202)
    const refused = await post(
      'register',
      { email: siti, password: testPassword, name: 'Siti' },
      home,
      strict,
    )
    expect(refused.json()).toMatchObject({ status: 429, code: 'rate_limited' })
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    expect((await ask(11, '203.0.113.8')).statusCode).toBe(202)
  })
})
