import { once } from 'node:events'
import { createServer } from 'node:net'
import { waitFor } from '@fondasi/testing'
import { afterAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { headerOf, readable, startMailServer } from '../../../test/mail-server.ts'
import { useApp } from '../../../test/use-app.ts'
import { jobState } from '../../db/schema.ts'
import { createMailer } from './mailer.ts'

const server = await startMailServer()
const { ask, api, core, pool, row, ended, counted, runNow } = await useApp({
  SMTP_URL: server.url.replace('smtp://', 'smtp://jobs:wrong-or-right@'),
  MAIL_FROM: 'Fondasi <no-reply@shop.example>',
})
beforeEach(() => {
  server.mails.length = 0
  server.refusals.clear()
})
afterAll(() => server.close())

const to = 'sari@example.com'
const link = 'https://shop.example/reset#token=abc'
const reset = { kind: 'mail.send', payload: { to, template: 'reset_password' }, secret: { link } }
const digest = {
  kind: 'mail.send',
  payload: {
    to,
    locale: 'id',
    template: 'digest',
    values: { title: 'Kabar', items: [{ title: 'Batik', url: 'https://shop.example/batik' }] },
  },
}

async function enqueue(job: object): Promise<string> {
  const response = await ask('POST', '/jobs', job)
  expect(response.statusCode, response.body).toBe(202)
  return response.json<{ id: string }>().id
}
const send = async (job: object) => ended(await enqueue(job))
const deadOf = async (id: string) => (await pool.query('select * from dead where job_id = $1', [id])).rows[0]
const attemptsOf = async (id: string) =>
  (await pool.query('select * from attempt where job_id = $1', [id])).rows
const suppressed = async () =>
  (await pool.query<{ address: string; reason: string }>('select address, reason from suppression')).rows
const firstAttempt = (id: string) =>
  waitFor(async () => (await attemptsOf(id))[0], { what: 'an attempt', timeoutMs: 60_000 })

describe('a mail', () => {
  test('arrives with the link of its secret and the Message-ID of its job', async () => {
    const id = await enqueue(reset)
    const messageId = `<${id}.send@shop.example>`
    expect(await ended(id)).toMatchObject({ state: jobState.done, result: { messageId }, secret: null })
    const [mail, ...others] = server.mails
    expect(others).toEqual([])
    expect(headerOf(mail, 'Message-ID')).toBe(messageId)
    expect(headerOf(mail, 'To')).toBe(to)
    expect(headerOf(mail, 'From')).toBe('Fondasi <no-reply@shop.example>')
    expect(headerOf(mail, 'Subject')).toBe('Choose a new password')
    expect(headerOf(mail, 'List-Unsubscribe')).toBeUndefined()
    expect(readable(mail)).toContain(link)
  })

  test('is in the language of its reader', async () => {
    await send({ ...reset, payload: { ...reset.payload, locale: 'id' } })
    expect(headerOf(server.mails[0], 'Subject')).toBe('Pilih kata sandi baru')
  })

  test('without its link in the secret is dead, because no retry can find it', async () => {
    const { id } = await send({ ...reset, secret: { other: 'x' } })
    expect(await deadOf(id)).toMatchObject({ reason: 'invalid_payload' })
    expect(server.mails).toEqual([])
  })
})

describe('a mail server that refuses', () => {
  test.each([
    ['RCPT TO', `451 <${to}>: greylisted`, 'the mail server replied 451 to RCPT TO'],
    ['DATA', '452 4.2.2 mailbox full', 'the mail server replied 452 4.2.2 to DATA'],
  ] as const)(
    '%s for now gets the mail later, with the same Message-ID',
    async (command, refusal, message) => {
      server.refusals.set(command, refusal)
      const id = await enqueue(reset)
      expect(await firstAttempt(id)).toMatchObject({ outcome: 'failed', message })
      expect(JSON.stringify(await attemptsOf(id))).not.toContain(to)
      server.refusals.clear()
      await runNow('mail', id)
      expect(await ended(id)).toMatchObject({ state: jobState.done, attempts: 1 })
      expect(server.mails.map((mail) => headerOf(mail, 'Message-ID'))).toEqual([`<${id}.send@shop.example>`])
    },
  )

  test('a recipient permanently makes the mail dead and suppresses the address, until a person redrives it', async () => {
    server.refusals.set('RCPT TO', `550 5.1.1 <${to}>: no such mailbox`)
    const { id } = await send(reset)
    expect(await deadOf(id)).toMatchObject({
      reason: 'non_retryable',
      message: 'the mail server replied 550 5.1.1 to RCPT TO',
    })
    expect(await suppressed()).toEqual([{ address: to, reason: 'refused' }])

    server.refusals.clear()
    const next = await send(reset)
    expect(await deadOf(next.id)).toMatchObject({
      message: expect.stringContaining('refused this address before'),
    })
    expect(server.mails).toEqual([])

    const letter = await deadOf(next.id)
    const redriven = await ask('POST', `/dead/${letter.id}/redrive`, {})
    expect(redriven.statusCode, redriven.body).toBe(202)
    const { id: redrivenId } = redriven.json<{ id: string }>()
    expect(await ended(redrivenId)).toMatchObject({ state: jobState.done })
    expect(headerOf(server.mails[0], 'Message-ID')).toBe(`<${next.id}.send@shop.example>`)
    expect(await suppressed()).toEqual([])
  })

  test.each([
    ['a recipient because of us', 'RCPT TO', '550 5.7.1 your server is on a block list'],
    ['the content', 'DATA', '554 5.6.0 no spam'],
  ] as const)('%s makes the mail dead, and suppresses nobody', async (_what, command, refusal) => {
    server.refusals.set(command, refusal)
    const { id } = await send(reset)
    expect(await deadOf(id)).toMatchObject({ reason: 'non_retryable' })
    expect(await suppressed()).toEqual([])
  })

  test('our login pauses the queue and raises the alert, and uses no attempt', async () => {
    server.refusals.set('AUTH', '535 5.7.8 wrong password')
    const before = await counted('jobs_mail_misconfigured_total')
    const id = await enqueue(reset)
    expect(await firstAttempt(id)).toMatchObject({ outcome: 'rate_limited' })
    expect(await row(id)).toMatchObject({ attempts: 0, state: jobState.queued })
    expect(await counted('jobs_mail_misconfigured_total')).toBe(before + 1)
    const { rows } = await pool.query('select * from queue')
    expect(rows).toMatchObject([
      { name: 'mail', paused_by: 'service:jobs', reason: expect.stringContaining('535 5.7.8') },
    ])
    await core.queues.of('mail', 'normal')?.removeRateLimitKey()
  })
})

test('a mail server that says nothing holds no job longer than its signal', async () => {
  const silent = createServer(() => {})
  silent.listen(0, '127.0.0.1')
  await once(silent, 'listening')
  onTestFinished(() => void silent.close())
  const address = silent.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  const mailer = createMailer({ smtpUrl: `smtp://127.0.0.1:${address.port}`, from: 'a@shop.example' })
  const aborted = new AbortController()
  const mail = { to, subject: 's', text: 't', html: 'h', messageId: '<a@shop.example>', headers: {} }
  const sending = mailer.send(mail, aborted.signal)
  const connected = once(silent, 'connection')
  await connected
  aborted.abort(new Error('the deadline has passed'))
  await expect(sending).rejects.toThrow('the deadline has passed')
})

describe('a digest', () => {
  const linkIn = (mail: string | undefined) => {
    const [, url = ''] = /<([^>]+)>/.exec(headerOf(mail, 'List-Unsubscribe') ?? '') ?? []
    return url.replace('http://localhost:4103', '')
  }
  const oneClick = (url: string) =>
    api.app.inject({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: 'List-Unsubscribe=One-Click',
    })

  test('offers to unsubscribe with one click, which only ends digests', async () => {
    await send(digest)
    const [mail] = server.mails
    expect(headerOf(mail, 'List-Unsubscribe-Post')).toBe('List-Unsubscribe=One-Click')
    const url = linkIn(mail)
    expect(readable(mail)).toContain(`http://localhost:4103${url}`)

    const page = await api.app.inject({ url })
    expect(page.body).toContain('<form method="post">')
    expect(page.headers['content-security-policy']).toContain("form-action 'self'")
    expect(await suppressed()).toEqual([])

    const response = await oneClick(url)
    expect(response.statusCode, response.body).toBe(200)
    expect(response.body).toContain('Anda sudah berhenti berlangganan')
    expect(await suppressed()).toEqual([{ address: to, reason: 'unsubscribed' }])

    expect(await send(digest)).toMatchObject({ state: jobState.done, result: { suppressed: 'unsubscribed' } })
    await send(reset)
    expect(server.mails.map((each) => headerOf(each, 'Subject'))).toEqual(['Kabar', 'Choose a new password'])
  })

  test('to the longest address has a link that works', async () => {
    const longest = `${'a'.repeat(64)}@${'b'.repeat(61)}.${'c'.repeat(61)}.${'d'.repeat(61)}.io`
    expect(longest).toHaveLength(254 - 1)
    await send({ ...digest, payload: { ...digest.payload, to: longest } })
    expect((await oneClick(linkIn(server.mails[0]))).statusCode).toBe(200)
    expect(await suppressed()).toEqual([{ address: longest, reason: 'unsubscribed' }])
  })

  test('whose link was changed unsubscribes no address', async () => {
    await send(digest)
    const url = linkIn(server.mails[0])
    const changed = `${url.slice(0, -1)}${url.endsWith('A') ? 'B' : 'A'}`
    for (const bad of [changed, '/v1/unsubscribe/x', `${url}AAAA`]) {
      expect((await oneClick(bad)).json(), bad).toMatchObject({ code: 'unsubscribe_link_invalid' })
    }
    expect(await suppressed()).toEqual([])
  })

  test('to a reader who has unsubscribed stays suppressed when the server refuses the address too', async () => {
    await send(digest)
    await oneClick(linkIn(server.mails[0]))
    server.refusals.set('RCPT TO', '550 5.1.1 no such mailbox')
    await send(reset)
    expect(await suppressed()).toEqual([{ address: to, reason: 'unsubscribed' }])
  })
})
