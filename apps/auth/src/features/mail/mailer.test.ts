import { waitFor } from '@fondasi/testing'
import { afterAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { createAuthBackend, startAuth } from '../../../test/auth-service.ts'
import { startSmtpSink } from '../../../test/smtp-sink.ts'

const backend = await createAuthBackend()
const sink = await startSmtpSink()
beforeEach(async () => {
  sink.replies.clear()
  sink.commands.length = 0
  await backend.reset()
})
afterAll(async () => {
  await sink.close()
  await backend.close()
})

const email = 'siti@example.com'

/** Registers an address, for which a mail is then sent. */
async function register(smtpUrl: string) {
  const auth = await startAuth(backend, { SMTP_URL: smtpUrl })
  onTestFinished(() => auth.close())
  const response = await auth.app.inject({
    method: 'POST',
    url: '/v1/register',
    payload: { email, name: 'Siti', password: 'correct horse battery staple' },
  })
  expect(response.statusCode).toBe(202)
  return auth
}

/** Registers an address. @returns what was stored and logged after the first attempt to send the mail */
async function firstAttempt(smtpUrl: string) {
  const auth = await register(smtpUrl)
  const readFailure = async () => {
    const { rows } = await auth.deps.pool.query<{ dead: boolean; reason: string }>(
      'select dead_at is not null as dead, last_error as reason from outbox where last_error is not null',
    )
    return rows[0]
  }
  const failure = await waitFor(readFailure, { what: 'a failed attempt', timeoutMs: 30_000 })
  return { ...failure, log: JSON.stringify(auth.log) }
}

test.each([
  ['DATA', `554 no mail for ${email}`, '554'],
  ['MAIL FROM', `550 5.7.1 not to ${email}`, '550 5.7.1'],
])(
  'a permanent refusal of %s is not retried; the address is in no log line and no row',
  async (command, reply, status) => {
    sink.replies.set(command, reply)
    const { dead, reason, log } = await firstAttempt(sink.url)
    expect({ dead, reason }).toEqual({
      dead: true,
      reason: `the mail server replied ${status} to ${command}`,
    })
    expect(log).toContain(reason)
    expect(log).not.toContain(email)
    expect(sink.commands.filter((each) => each === command)).toHaveLength(1)
  },
)

test('a permanently refused recipient is logged and leaves no message; the address is in no log line', async () => {
  const refusal = 'the recipient was refused; the message is dropped'
  sink.replies.set('RCPT TO', `550 5.1.1 <${email}>: no such mailbox`)
  const auth = await register(sink.url)
  const line = await waitFor(() => auth.log.find(({ msg }) => msg === refusal), {
    what: 'the refusal to be logged',
    timeoutMs: 30_000,
  })
  expect(line).toMatchObject({ level: 'warn', reason: 'the mail server replied 550 5.1.1 to RCPT TO' })
  const isEmpty = async () => (await auth.deps.pool.query('select from outbox')).rowCount === 0
  await waitFor(isEmpty, { what: 'the message to be dropped', timeoutMs: 30_000 })
  expect(JSON.stringify(auth.log)).not.toContain(email)
  expect(sink.commands.filter((each) => each === 'RCPT TO')).toHaveLength(1)
})

test.each([
  ['RCPT TO', `451 4.7.1 <${email}>: greylisted`, 'the mail server replied 451 4.7.1 to RCPT TO'],
  ['MAIL FROM', '530 5.7.0 authentication required', 'the mail server replied 530 5.7.0 to MAIL FROM'],
])('%s refused with %s is retried, since a later attempt can succeed', async (command, reply, expected) => {
  sink.replies.set(command, reply)
  const { dead, reason, log } = await firstAttempt(sink.url)
  expect({ dead, reason }).toEqual({ dead: false, reason: expected })
  expect(log).not.toContain(email)
})

test('a mail server that does not listen is retried, with the error code as the reason', async () => {
  const gone = await startSmtpSink()
  await gone.close()
  const { dead, reason } = await firstAttempt(gone.url)
  expect(dead).toBe(false)
  expect(reason).toMatch(/^the mail server did not accept the mail: E[A-Z]+$/)
})
