import { describe, expect, test } from 'vitest'
import { siti, strangersPassword, tokenOf, useRegistration } from '../../../test/registration-requests.ts'

const {
  backend,
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
} = await useRegistration()

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
