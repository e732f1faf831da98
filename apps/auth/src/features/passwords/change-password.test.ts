import { describe, expect, test } from 'vitest'
import { testPassword } from '../../../test/auth-service.ts'
import { newPassword, usePasswords } from '../../../test/password-requests.ts'

const { auth, other, post, reset, login, meStatus, tokenFor, expectSignedOut } = await usePasswords()

describe('change', () => {
  const change = (
    headers: Record<string, string>,
    currentPassword: string,
    password = newPassword,
    instance = auth,
  ) => post('/password/change', { currentPassword, newPassword: password }, headers, instance)

  test('requires the current password; this session stays, the others end at once', async () => {
    const { email } = await auth.createUser()
    const here = await auth.signIn(email)
    const elsewhere = await auth.signIn(email)
    const wrong = await change(here.headers, 'not the right password')
    expect(wrong.statusCode).toBe(401)
    expect(wrong.json()).toMatchObject({ code: 'invalid_credentials' })
    expect(await meStatus(elsewhere.headers)).toBe(200)

    expect((await change(here.headers, testPassword)).statusCode).toBe(204)
    await expectSignedOut(elsewhere.headers)
    expect(await meStatus(here.headers)).toBe(200)
    expect((await post('/refresh', { refreshToken: here.refreshToken })).statusCode).toBe(200)
    expect((await login(email, testPassword)).statusCode).toBe(401)
    expect((await login(email, newPassword)).statusCode).toBe(200)
  })

  test('requires a session', async () => {
    expect((await change({}, testPassword)).statusCode).toBe(401)
    expect((await change({ authorization: 'Bearer nonsense' }, testPassword)).statusCode).toBe(401)
  })

  test('a rejected new password is reported at its field, before the current one is tested', async () => {
    const { email } = await auth.createUser()
    const { headers } = await auth.signIn(email)
    const refused = await change(headers, 'not the right password', 'passwordpassword')
    expect(refused.statusCode).toBe(422)
    expect(refused.json()).toMatchObject({ errors: [{ pointer: '/body/newPassword', code: 'too_common' }] })
  })

  test('guesses with a stolen access token are throttled; the owner still signs in, and outsiders cannot lock this route', async () => {
    const { email } = await auth.createUser()
    const { headers } = await auth.signIn(email)
    const other = await auth.signIn(email)
    const guesses = await Promise.all(
      Array.from({ length: 15 }, () => change(headers, 'not the right password')),
    )
    expect(guesses.filter((guess) => guess.statusCode === 401)).toHaveLength(10)
    expect(guesses.filter((guess) => guess.statusCode === 429)).toHaveLength(5)
    expect((await login(email, testPassword)).statusCode).toBe(200)

    await Promise.all(Array.from({ length: 15 }, () => login(email, 'not the right password')))
    expect((await change(other.headers, testPassword)).statusCode).toBe(204)
  })

  test('of eight parallel changes exactly one succeeds, and its password is the new one', async () => {
    const { email } = await auth.createUser()
    const signedIn = []
    for (let n = 0; n < 8; n += 1) signedIn.push(await auth.signIn(email))
    const passwords = signedIn.map((_, n) => `kata sandi yang ke-${n}`)
    const answers = await Promise.all(
      signedIn.map(({ headers }, n) =>
        change(headers, testPassword, passwords[n], n % 2 === 0 ? auth : other),
      ),
    )
    const winners = passwords.filter((_, n) => answers[n]?.statusCode === 204)
    expect(winners).toHaveLength(1)
    expect((await login(email, winners[0] ?? '')).statusCode).toBe(200)
  })

  test('makes a link in an older mail invalid', async () => {
    const { email } = await auth.createUser()
    const token = await tokenFor(email)
    const { headers } = await auth.signIn(email)
    expect((await change(headers, testPassword)).statusCode).toBe(204)
    expect((await reset(token)).statusCode).toBe(400)
  })
})
