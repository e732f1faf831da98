import { eq } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startAuth, testPassword } from '../../../test/auth-service.ts'
import { newPassword, usePasswords } from '../../../test/password-requests.ts'
import { passwordResets, users } from '../../db/schema.ts'
import type { Mail } from '../mail/mailer.ts'
import { handleLinkRequested } from './messages.ts'

const { backend, auth, other, post, forgot, reset, login, meStatus, mailsTo, tokenFor, expectSignedOut } =
  await usePasswords()

describe('forgot and reset', () => {
  test('the link sets a new password, once, and ends all sessions at once', async () => {
    const { email } = await auth.createUser()
    const { headers, refreshToken } = await auth.signIn(email)
    const token = await tokenFor(email)
    expect((await reset(token)).statusCode).toBe(204)

    await expectSignedOut(headers)
    expect((await post('/refresh', { refreshToken })).statusCode).toBe(401)
    expect((await login(email, testPassword)).statusCode).toBe(401)
    expect((await login(email, newPassword)).statusCode).toBe(200)
    const again = await reset(token, 'dan satu lagi yang lain')
    expect(again.statusCode).toBe(400)
    expect(again.json()).toMatchObject({ code: 'invalid_mail_token' })
  })

  test('a double click on Save succeeds twice, for a minute; another password finds the link used', async () => {
    const { email } = await auth.createUser()
    const token = await tokenFor(email)
    const doubleClick = await Promise.all([reset(token), reset(token)])
    expect(doubleClick.map(({ statusCode }) => statusCode)).toEqual([204, 204])
    expect((await reset(token, 'a different battery staple')).json()).toMatchObject({
      status: 400,
      code: 'invalid_mail_token',
    })

    const signedIn = await login(email, newPassword)
    const { accessToken } = signedIn.json<{ accessToken: string }>()
    expect((await reset(token)).statusCode).toBe(204)
    expect(await meStatus({ authorization: `Bearer ${accessToken}` })).toBe(200)
    backend.clock.advance(60_000)
    expect((await reset(token)).statusCode).toBe(400)
  })

  test('a used link cannot be used to guess the new password', async () => {
    const { email } = await auth.createUser()
    const token = await tokenFor(email)
    expect((await reset(token)).statusCode).toBe(204)
    for (let n = 0; n < 4; n += 1)
      expect((await reset(token, `wrong guess number ${n}`)).statusCode).toBe(400)
    expect((await reset(token)).statusCode).toBe(400)
  })

  test('two requests within a minute send one mail, a later one sends another', async () => {
    const { email } = await auth.createUser()
    const responses = await Promise.all([forgot(email), forgot(email)])
    expect(new Set(responses.map(({ statusCode, body }) => `${statusCode} ${body}`)).size).toBe(1)
    expect(await mailsTo(email)).toHaveLength(1)
    backend.clock.advance(60_000)
    await forgot(email)
    expect(await mailsTo(email)).toHaveLength(2)
  })

  test('an address without an account gets the same response and no mail', async () => {
    const { email } = await auth.createUser()
    const known = await forgot(email)
    const unknown = await forgot('nobody@example.com')
    expect(unknown.statusCode).toBe(202)
    expect(unknown.body).toBe(known.body)
    expect(await mailsTo(email)).toHaveLength(1)
    expect(await mailsTo('nobody@example.com')).toEqual([])
    expect(await auth.deps.db.select().from(passwordResets)).toHaveLength(1)
  })

  test('a disabled account gets no mail, and an earlier link is invalid', async () => {
    const { id, email } = await auth.createUser()
    const token = await tokenFor(email)
    backend.clock.advance(60_000)
    await auth.deps.db.update(users).set({ disabledAt: backend.clock() }).where(eq(users.id, id))
    await forgot(email)
    expect(await mailsTo(email)).toHaveLength(1)
    expect((await reset(token)).statusCode).toBe(400)
  })

  test('one client can send three mails an hour to an address, and the response does not reveal the limit', async () => {
    const { email } = await auth.createUser()
    const responses = []
    for (let n = 0; n < 5; n += 1) {
      responses.push(await forgot(n % 2 === 0 ? email : ` ${email.toUpperCase()}`))
      await mailsTo(email)
      backend.clock.advance(60_000)
    }
    expect(new Set(responses.map(({ statusCode, body }) => `${statusCode} ${body}`)).size).toBe(1)
    expect(await mailsTo(email)).toHaveLength(3)
  })

  test('nobody can use up an account’s reset by signing up with its address', async () => {
    const { email } = await auth.createUser()
    for (let n = 0; n < 4; n += 1) await post('/register', { email, name: 'Mallory', password: testPassword })
    expect(await tokenFor(email)).not.toBe('')
  })

  test('a client may ask ten times an hour, then gets 429', async () => {
    const limited = await startAuth(backend, { MAIL_REQUESTS_PER_IP_PER_HOUR: '10' })
    onTestFinished(() => limited.close())
    const answers = []
    for (let n = 0; n < 11; n += 1) {
      answers.push(await post('/password/forgot', { email: `user${n}@example.com` }, {}, limited))
    }
    expect(answers.map((answer) => answer.statusCode)).toEqual([...Array<number>(10).fill(202), 429])
    expect(Number(answers.at(-1)?.headers['retry-after'])).toBeGreaterThan(0)
  })

  test('a rejected password says why, and the link still works', async () => {
    const { email } = await auth.createUser({ email: 'siti.nurhaliza@example.com' })
    const token = await tokenFor(email)
    const refused = await reset(token, 'siti.nurhaliza')
    expect(refused.statusCode).toBe(422)
    expect(refused.json()).toMatchObject({
      code: 'password_rejected',
      errors: [
        { pointer: '/body/password', code: 'too_short' },
        { pointer: '/body/password', code: 'contains_address' },
      ],
    })
    expect((await reset(token)).statusCode).toBe(204)
  })

  test('only the newest link works, for an hour', async () => {
    const { email } = await auth.createUser()
    const first = await tokenFor(email)
    backend.clock.advance(60_000)
    const second = await tokenFor(email)
    expect((await reset(first)).statusCode).toBe(400)
    backend.clock.advance(60 * 60_000)
    expect((await reset(second)).statusCode).toBe(400)
  })

  test('of twenty parallel resets with one link and different passwords exactly one succeeds', async () => {
    const { email } = await auth.createUser()
    const token = await tokenFor(email)
    const passwords = Array.from({ length: 20 }, (_, n) => `kata sandi yang ke-${n}`)
    const answers = await Promise.all(
      passwords.map((password, n) =>
        post('/password/reset', { token, password }, {}, n % 2 === 0 ? auth : other),
      ),
    )
    const winners = passwords.filter((_, n) => answers[n]?.statusCode === 204)
    expect(winners).toHaveLength(1)
    // A busy machine sheds some.
    expect(answers.filter(({ statusCode }) => statusCode === 400 || statusCode === 503)).toHaveLength(19)
    expect((await login(email, winners[0] ?? '')).statusCode).toBe(200)
  })

  test('a redelivered message sends the same link, and none once the link was used', async () => {
    const { id, email } = await auth.createUser()
    const mails: Mail[] = []
    const deliver = handleLinkRequested.bind(undefined, {
      db: auth.deps.db,
      clock: backend.clock,
      mailTokenKey: auth.deps.derivedKeys.mailTokens,
      publicUrl: 'http://localhost',
      mailer: { send: async (mail) => void mails.push(mail), close() {} },
    })
    const message = {
      id: uuidv7(),
      topic: 'password.forgot',
      payload: { requestedAt: backend.clock().toISOString() },
      secret: { email },
      requestId: undefined,
      traceparent: undefined,
      createdAt: backend.clock(),
      attempt: 1,
    }
    await Promise.all([deliver(message), deliver({ ...message, attempt: 2 })])
    expect(mails).toHaveLength(2)
    expect(new Set(mails.map((mail) => mail.link)).size).toBe(1)
    expect(await auth.deps.db.select().from(passwordResets)).toMatchObject([{ id: message.id, userId: id }])

    backend.clock.advance(1_000)
    expect((await reset(mails[0]?.link?.split('token=')[1] ?? '')).statusCode).toBe(204)
    await deliver({ ...message, attempt: 3 })
    expect(mails).toHaveLength(2)
    expect(await auth.deps.db.select().from(passwordResets)).toMatchObject([{ uses: 1 }])
  })

  test('a made-up token is refused before anything is hashed', async () => {
    const hashes = async () =>
      /_count\S* (\d+)/.exec(
        await auth.deps.metrics.registry.getSingleMetricAsString('auth_hash_wait_seconds'),
      )?.[1]
    const before = await hashes()
    expect((await reset('A'.repeat(43))).statusCode).toBe(400)
    expect((await reset('short')).json()).toMatchObject({ code: 'validation_failed' })
    expect(await hashes()).toBe(before)
  })
})
