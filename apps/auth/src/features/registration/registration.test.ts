import { waitFor } from '@fondasi/testing'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { asAdministrator, withoutPrivilege } from '../../../test/administrator.ts'
import { startAuth, testPassword } from '../../../test/auth-service.ts'
import { useAuth } from '../../../test/use-auth.ts'
import { createRegistrationService } from './service.ts'

const { backend, auth } = await useAuth({ MAILS_PER_ADDRESS_PER_HOUR: '5' })
beforeEach(() => {
  auth.log.length = 0
})

const siti = 'siti@example.com'
const strangersPassword = 'a different battery staple'
const home = '203.0.113.9'

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
const tokenOf = (link: unknown) => String(link).split('#token=')[1] ?? ''
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

describe('from registration to account', () => {
  test('register, open the mail, confirm, sign in; there is no account before the link is used', async () => {
    expect((await register(' Siti@Example.com ')).statusCode).toBe(202)
    await outboxIsEmpty()
    expect(mailsTo(siti)).toHaveLength(1)
    expect(await countUsers()).toBe(0)
    expect((await login(siti)).statusCode).toBe(401)

    const verified = await verify(tokenOf(mailsTo(siti)[0]?.['link']))
    expect(verified.statusCode).toBe(200)
    expect(verified.json()).toEqual({ id: expect.any(String), email: siti, name: 'Siti', roles: [] })
    expect((await login(siti)).json()).toMatchObject({ user: { email: siti } })
  })

  test('a double click on Confirm succeeds twice; a minute later, or with another password, the link is used', async () => {
    const token = await claim(siti)
    const doubleClick = await Promise.all([verify(token), verify(token)])
    const [first] = doubleClick
    expect(doubleClick.map(({ statusCode, body }) => [statusCode, body])).toEqual([
      [200, first.body],
      [200, first.body],
    ])
    expect((await verify(token)).body).toBe(first.body)

    const used = { status: 400, code: 'invalid_mail_token' }
    expect((await verify(token, strangersPassword)).json()).toMatchObject(used)
    backend.clock.advance(60_000)
    expect((await verify(token)).json()).toMatchObject(used)
  })

  test('20 parallel confirmations of one link make one account and one event', async () => {
    const token = await claim(siti)
    const responses = await Promise.all(Array.from({ length: 20 }, () => verify(token)))
    const succeeded = responses.filter(({ statusCode }) => statusCode === 200)
    expect(new Set(succeeded.map(({ body }) => body)).size).toBe(1)
    // More than ten attempts at once are refused, and a busy machine sheds some.
    for (const { statusCode } of responses) expect([200, 400, 503]).toContain(statusCode)
    expect(await countUsers()).toBe(1)
    await outboxIsEmpty()
    const created = await auth.deps.pool.query(
      "select from security_events where action = 'auth.user_created'",
    )
    expect(created.rowCount).toBe(1)
  })

  test('two registrations send two links; the first one that is used makes the other invalid', async () => {
    const tokens = [await claim(siti), await claim(siti)]
    expect(new Set(tokens).size).toBe(2)
    const responses = await Promise.all(tokens.map((token) => verify(token)))
    expect(responses.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)).toEqual([200, 400])
    expect(await countUsers()).toBe(1)
  })

  test('a link works for an hour and not longer', async () => {
    const [early, late] = [await claim('early@example.com'), await claim('late@example.com')]
    backend.clock.advance(60 * 60_000 - 1_000)
    expect((await verify(early)).statusCode).toBe(200)
    backend.clock.advance(1_000)
    expect((await verify(late)).json()).toMatchObject({ status: 400, code: 'invalid_mail_token' })
  })

  test('the tenth wrong password makes the link invalid, also when guesses come in parallel', async () => {
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

  test('an attempt whose password was not tested does not count', async () => {
    const token = await claim(siti)
    const service = createRegistrationService(auth.deps)
    const request = { requestId: 'r', ip: '', userAgent: '' }
    const gone = { token, password: testPassword, request, signal: AbortSignal.abort() }
    for (let attempt = 0; attempt < 12; attempt += 1)
      await expect(service.verify(gone)).rejects.toMatchObject({ code: 'client_gone' })
    expect((await verify(token)).statusCode).toBe(200)
  })
})

describe.each(['resend-verification', 'password/forgot'])(
  '%s for an address that is not confirmed',
  (path) => {
    test('sends a link that confirms it and sets the password; nobody has claimed it: no mail', async () => {
      await claim(siti, 'the password that was forgotten')
      const token = await askForLink(path, siti)
      const rejected = await verify(token, 'too short')
      expect(rejected.json()).toMatchObject({ status: 422, errors: [{ pointer: '/body/password' }] })
      expect((await verify(token)).json()).toMatchObject({ email: siti, name: 'Siti' })
      expect((await login(siti)).statusCode).toBe(200)
      expect((await login(siti, 'the password that was forgotten')).statusCode).toBe(401)

      expect(await askForLink(path, 'nobody@example.com')).toBe('')
      expect(mailsTo('nobody@example.com')).toEqual([])
    })

    test('a double click on Confirm succeeds twice; another password finds the link used', async () => {
      await claim(siti)
      const token = await askForLink(path, siti)
      const doubleClick = await Promise.all([verify(token), verify(token)])
      expect(doubleClick.map(({ statusCode }) => statusCode)).toEqual([200, 200])
      expect((await verify(token, strangersPassword)).statusCode).toBe(400)
      expect(await countUsers()).toBe(1)
    })

    test('two requests within a minute send one mail, a later one sends another', async () => {
      await claim(siti)
      const ask = () => post(path, { email: siti })
      const responses = await Promise.all([ask(), ask()])
      expect(new Set(responses.map(({ statusCode, body }) => `${statusCode} ${body}`)).size).toBe(1)
      await outboxIsEmpty()
      expect(linksTo(siti, 'finish-registration')).toHaveLength(1)
      backend.clock.advance(60_000)
      await askForLink(path, siti)
      expect(linksTo(siti, 'finish-registration')).toHaveLength(2)
    })

    test('works after too many wrong passwords', async () => {
      const token = await claim(siti)
      for (let guess = 0; guess < 10; guess += 1) await verify(token, `wrong guess number ${guess}`)
      expect((await verify(token)).statusCode).toBe(400)
      expect((await verify(await askForLink(path, siti))).statusCode).toBe(200)
    })

    test('strangers on many networks register it and ask for links: the owner still finishes', async () => {
      for (let network = 0; network < 7; network += 1) {
        await register(siti, strangersPassword, `198.51.100.${network}`)
        await post(path, { email: siti }, `198.51.100.${network}`)
      }
      await register(siti)
      await askForLink(path, siti)
      // The limit of the address withheld the mail of the owner’s registration. Any link to choose a password will do.
      expect(linksTo(siti, 'verify-email')).toHaveLength(5)
      expect((await verify(tokenOf(linksTo(siti, 'finish-registration').at(-1)))).statusCode).toBe(200)
      expect((await login(siti, strangersPassword)).statusCode).toBe(401)
      expect((await login(siti)).statusCode).toBe(200)
    })
  },
)

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

  test('somebody who has an account is told so by mail, and gets a link to reset the password when asking for one', async () => {
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

describe('mail delivery', () => {
  test('the outbox stores address, name and hash encrypted only, and deletes them once the mail is delivered', async () => {
    const name = 'Siti Nurhaliza'
    await withoutPrivilege(backend, 'select on users', async () => {
      await post('register', { email: siti, password: testPassword, name })
      await waitFor(() => auth.log.find(({ msg }) => msg === 'outbox message not delivered'), {
        what: 'a first attempt that fails',
        timeoutMs: 30_000,
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

  test('a message that is delivered twice sends the same link twice, and the links make one account', async () => {
    // As after a crash between sending the mail and recording the delivery: the message stays.
    await withoutPrivilege(backend, 'delete on outbox', async () => {
      await register(siti)
      await waitFor(
        () => auth.log.find(({ msg }) => String(msg).startsWith('could not record the delivery result')),
        {
          what: 'a delivery that was not recorded',
          timeoutMs: 30_000,
        },
      )
    })
    await asAdministrator(backend, 'update outbox set available_at = now()')
    await outboxIsEmpty()
    const tokens = mailsTo(siti).map(({ link }) => tokenOf(link))
    expect(tokens).toHaveLength(2)
    expect(new Set(tokens).size).toBe(1)
    expect((await verify(tokens[0] ?? '')).statusCode).toBe(200)
    expect(await countUsers()).toBe(1)
  })
})
