import { waitFor } from '@fondasi/testing'
import { describe, expect, test } from 'vitest'
import { asAdministrator, withoutPrivilege } from '../../../test/administrator.ts'
import { testPassword } from '../../../test/auth-service.ts'
import { siti, strangersPassword, tokenOf, useRegistration } from '../../../test/registration-requests.ts'
import { createRegistrationService } from './service.ts'

const { backend, auth, post, register, verify, login, mailsTo, outboxIsEmpty, claim, countUsers } =
  await useRegistration()

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
