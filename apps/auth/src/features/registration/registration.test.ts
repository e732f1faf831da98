import { waitFor } from '@fondasi/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { asAdministrator, withoutPrivilege } from '../../../test/administrator.ts'
import { startAuth, testPassword } from '../../../test/auth-service.ts'
import { useAuth } from '../../../test/use-auth.ts'
import { createRegistrationService } from './service.ts'

const { backend, auth } = await useAuth()
beforeEach(async () => {
  auth.log.length = 0
})

const siti = 'siti@example.com'
const anotherPassword = 'a different battery staple'

const post = (path: string, payload: object, instance = auth) =>
  instance.app.inject({ method: 'POST', url: `/v1/${path}`, payload })
const register = (email: string, password = testPassword) =>
  post('register', { email, password, name: 'Siti' })
const verify = (token: string, password = testPassword) => post('verify-email', { token, password })
const login = (email: string, password = testPassword) => post('login', { email, password })

const mailsTo = (email: string) => auth.log.filter(({ msg, to }) => msg === 'mail' && to === email)
const tokenOf = (link: unknown) => String(link).split('#token=')[1] ?? ''
const outboxIsEmpty = () =>
  waitFor(async () => (await auth.deps.pool.query('select from outbox')).rowCount === 0, {
    what: 'the outbox to be delivered',
    timeoutMs: 10_000,
  })

/** Registers and reads the mail. @returns the token of its link */
async function claim(email: string, password = testPassword, spelling = email): Promise<string> {
  const before = mailsTo(email).length
  expect((await register(spelling, password)).statusCode).toBe(202)
  await waitFor(() => mailsTo(email).length > before, { what: `a mail to ${email}` })
  return tokenOf(mailsTo(email).at(-1)?.['link'])
}

async function countUsers(): Promise<number> {
  return (await auth.deps.pool.query('select from users')).rowCount ?? 0
}

describe('the way to an account', () => {
  test('register, mail, verify, login; before the link is used there is no account', async () => {
    const token = await claim(siti, testPassword, ' Siti@Example.com ')
    expect(mailsTo(siti)).toHaveLength(1)
    expect(await countUsers()).toBe(0)
    expect((await login(siti)).statusCode).toBe(401)

    const verified = await verify(token)
    expect(verified.statusCode).toBe(200)
    expect(verified.json()).toEqual({ id: expect.any(String), email: siti, name: 'Siti', roles: [] })
    expect((await login(siti)).json()).toMatchObject({ user: { email: siti } })
  })

  test('a link is good for one use', async () => {
    const token = await claim(siti)
    expect((await verify(token)).statusCode).toBe(200)
    expect((await verify(token)).json()).toMatchObject({ status: 400, code: 'invalid_mail_token' })
  })

  test('20 parallel verifications of one token make one account', async () => {
    const token = await claim(siti)
    const responses = await Promise.all(Array.from({ length: 20 }, () => verify(token)))
    expect(responses.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1)
    // A busy machine sheds some: they have proven nothing and made nothing.
    const refused = responses.filter(({ statusCode }) => statusCode === 400 || statusCode === 503)
    expect(refused).toHaveLength(19)
    expect(await countUsers()).toBe(1)
    await outboxIsEmpty()
    const created = await auth.deps.pool.query(
      "select from security_events where action = 'auth.user_created'",
    )
    expect(created.rowCount).toBe(1)
  })

  test('two registrations, two mails, one account: the other link is void', async () => {
    const tokens = [await claim(siti), await claim(siti)]
    expect(new Set(tokens).size).toBe(2)
    const responses = await Promise.all(tokens.map((token) => verify(token)))
    expect(responses.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1)
    expect(responses.filter(({ statusCode }) => statusCode === 400)).toHaveLength(1)
    expect(await countUsers()).toBe(1)
  })

  test('a link works for an hour and not longer', async () => {
    const [early, late] = [await claim('early@example.com'), await claim('late@example.com')]
    backend.clock.advance(60 * 60_000 - 1_000)
    expect((await verify(early)).statusCode).toBe(200)
    backend.clock.advance(1_000)
    expect((await verify(late)).json()).toMatchObject({ status: 400, code: 'invalid_mail_token' })
  })

  test('the tenth wrong password voids the link, also when guesses come at once', async () => {
    const token = await claim(siti)
    const guesses = await Promise.all(
      Array.from({ length: 12 }, (_, index) => verify(token, `wrong guess number ${index}`)),
    )
    const codes = guesses.map((response) => response.json<{ code: string }>().code)
    // A busy machine sheds some, which are not counted: the rest of the ten come one by one.
    for (let code = ''; code !== 'invalid_mail_token'; codes.push(code))
      code = (await verify(token, 'one more wrong guess')).json<{ code: string }>().code
    expect(codes.filter((code) => code === 'invalid_credentials')).toHaveLength(10)
    expect((await verify(token)).json()).toMatchObject({ status: 400, code: 'invalid_mail_token' })
  })

  test('a link that too many wrong passwords have voided works again when its mail is asked for again', async () => {
    const token = await claim(siti)
    for (let guess = 0; guess < 10; guess += 1) await verify(token, `wrong guess number ${guess}`)
    expect((await verify(token)).statusCode).toBe(400)
    await post('resend-verification', { email: siti })
    await outboxIsEmpty()
    expect((await verify(token)).statusCode).toBe(200)
  })

  test('an attempt that was never tested is not counted', async () => {
    const token = await claim(siti)
    const service = createRegistrationService(auth.deps)
    const request = { requestId: 'r', ip: '', userAgent: '' }
    const gone = { token, password: testPassword, request, signal: AbortSignal.abort() }
    for (let attempt = 0; attempt < 12; attempt += 1)
      await expect(service.verify(gone)).rejects.toMatchObject({ code: 'client_gone' })
    expect((await verify(token)).statusCode).toBe(200)
  })

  test('asked again, the mail brings the same link; without a registration there is no mail', async () => {
    const token = await claim(siti)
    for (const email of [siti, 'nobody@example.com'])
      expect((await post('resend-verification', { email })).statusCode).toBe(202)
    await outboxIsEmpty()
    expect(mailsTo(siti).map(({ link }) => tokenOf(link))).toEqual([token, token])
    expect(mailsTo('nobody@example.com')).toEqual([])
    expect((await verify(token)).statusCode).toBe(200)
  })
})

describe('somebody else registered the address first', () => {
  const orders = [
    ['the attacker first', ['attacker', 'owner']],
    ['the attacker last', ['owner', 'attacker']],
    ['the attacker before and after', ['attacker', 'owner', 'attacker']],
  ] as const

  test.each(orders)('%s: what the owner verifies is the owner’s alone', async (_name, order) => {
    const passwords = { attacker: anotherPassword, owner: testPassword }
    const claims: { by: 'attacker' | 'owner'; token: string }[] = []
    for (const by of order) claims.push({ by, token: await claim(siti, passwords[by]) })

    // The owner opens every link with the own password, the others' first.
    for (const { token } of claims.filter(({ by }) => by === 'attacker'))
      expect((await verify(token)).json()).toMatchObject({ status: 401, code: 'invalid_credentials' })
    for (const { token } of claims.filter(({ by }) => by === 'owner'))
      expect((await verify(token)).statusCode).toBe(200)

    for (const { token } of claims) expect((await verify(token, anotherPassword)).statusCode).toBe(400)
    expect((await login(siti, anotherPassword)).statusCode).toBe(401)
    expect((await login(siti)).statusCode).toBe(200)
  })

  test('an owner who never registered inherits nothing by following the link', async () => {
    const token = await claim(siti, anotherPassword)
    expect((await verify(token, 'whatever the owner types')).statusCode).toBe(401)
    expect(await countUsers()).toBe(0)
  })
})

describe('nobody learns who has an account', () => {
  test('new, taken and claimed addresses: the same answer, the same hashing, and no look-up at all', async () => {
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

  test('who has an account gets a mail that says so, without a link', async () => {
    const { email } = await auth.createUser()
    await register(email)
    await post('resend-verification', { email })
    await outboxIsEmpty()
    expect(mailsTo(email).map(({ subject }) => subject)).toEqual(Array(2).fill('You already have an account'))
    expect(mailsTo(email).every(({ link }) => link === undefined)).toBe(true)
  })
})

describe('limits', () => {
  test('the fourth mail to one address within an hour is 202 and not sent', async () => {
    // The outbox promises no order: what is asked for again must have arrived.
    await claim(siti)
    const resend = () => post('resend-verification', { email: siti })
    for (const ask of [resend, () => register(siti), resend]) expect((await ask()).statusCode).toBe(202)
    await outboxIsEmpty()
    expect(mailsTo(siti)).toHaveLength(3)
  })

  test('a mail that is withheld is written to the outbox like any other: the time of the answer tells nothing', async () => {
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
    await expect.poll(delivered, { timeout: 10_000 }).toBe(before + 10)
    expect(mailsTo(siti)).toHaveLength(3)
  })

  test('the eleventh request of one client address is 429, over all routes that send mail', async () => {
    const strict = await startAuth(backend, { MAIL_REQUESTS_PER_IP_PER_HOUR: '10' })
    try {
      const ask = (index: number, address: string) =>
        strict.app.inject({
          method: 'POST',
          url: ['/v1/resend-verification', '/v1/password/forgot'][index % 2] ?? '',
          headers: { 'x-forwarded-for': address },
          payload: { email: `user${index}@example.com` },
        })
      for (let index = 0; index < 10; index += 1)
        expect((await ask(index, '203.0.113.7')).statusCode).toBe(202)
      const refused = await strict.app.inject({
        method: 'POST',
        url: '/v1/register',
        headers: { 'x-forwarded-for': '203.0.113.7' },
        payload: { email: siti, password: testPassword, name: 'Siti' },
      })
      expect(refused.json()).toMatchObject({ status: 429, code: 'rate_limited' })
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
      expect((await ask(11, '203.0.113.8')).statusCode).toBe(202)
    } finally {
      await strict.close()
    }
  })
})

describe('on the way to the mailbox', () => {
  test('address, name and hash stand in the outbox only sealed, and are gone once delivered', async () => {
    const name = 'Siti Nurhaliza'
    await withoutPrivilege(backend, 'select on users', async () => {
      await post('register', { email: siti, password: testPassword, name })
      await waitFor(() => auth.log.find(({ msg }) => msg === 'outbox message not delivered'), {
        what: 'a first attempt that fails',
      })
      const [row] = await asAdministrator<{ text: string; sealed: boolean }>(
        backend,
        "select outbox::text as text, length(secret) > 0 as sealed from outbox where topic = 'registration.requested'",
      )
      expect(row?.sealed).toBe(true)
      for (const secret of [siti, name, '$argon2', testPassword]) {
        expect(row?.text).not.toContain(secret)
        expect(row?.text).not.toContain(Buffer.from(secret).toString('hex'))
        expect(JSON.stringify(auth.log)).not.toContain(secret)
      }
    })
    await asAdministrator(backend, 'update outbox set available_at = now()')
    await outboxIsEmpty()
    expect(mailsTo(siti)).toHaveLength(1)
    expect(JSON.stringify(auth.log)).not.toContain('$argon2')
  })

  test('a message that is delivered twice sends the same link twice, which makes one account', async () => {
    // What a crash between sending and writing it down looks like: the message stays.
    await withoutPrivilege(backend, 'delete on outbox', async () => {
      await register(siti)
      await waitFor(
        () => auth.log.find(({ msg }) => String(msg).startsWith('could not record the delivery result')),
        {
          what: 'a delivery that is not written down',
        },
      )
    })
    await asAdministrator(backend, 'update outbox set available_at = now()')
    await outboxIsEmpty()
    const tokens = mailsTo(siti).map(({ link }) => tokenOf(link))
    expect(tokens).toHaveLength(2)
    expect(new Set(tokens).size).toBe(1)
    expect((await verify(tokens[0] ?? '')).statusCode).toBe(200)
    expect((await verify(tokens[1] ?? '')).statusCode).toBe(400)
  })
})
