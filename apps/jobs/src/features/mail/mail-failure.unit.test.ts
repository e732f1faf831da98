import { expect, test } from 'vitest'
import { classifyMailFailure } from './mail-failure.ts'

const reply = (command: string, response: string, code = 'EENVELOPE') => ({
  code,
  command,
  response,
  responseCode: Number(response.slice(0, 3)),
})

test.each([
  ['a greylisted recipient', reply('RCPT TO', '451 4.7.1 later'), { kind: 'retry' }],
  ['a full mailbox', reply('DATA', '452 4.2.2 full', 'EMESSAGE'), { kind: 'retry' }],
  ['a server that is shutting down', reply('CONN', '421 bye', 'EPROTOCOL'), { kind: 'retry' }],
  ['a server that refuses every connection', reply('CONN', '554 no', 'EPROTOCOL'), { kind: 'retry' }],
  ['a login that fails for now', reply('AUTH PLAIN', '454 4.7.0 later', 'EAUTH'), { kind: 'retry' }],
  ['silence', { code: 'ETIMEDOUT', command: 'CONN' }, { kind: 'retry' }],
  ['no server', { code: 'ECONNECTION', command: 'CONN' }, { kind: 'retry' }],
  ['a name that does not resolve', { code: 'EDNS' }, { kind: 'retry' }],
  ['no error', undefined, { kind: 'retry' }],
  ['an unknown recipient', reply('RCPT TO', '550 5.1.1 no'), { kind: 'refused', suppress: true }],
  ['an unknown recipient without a status', reply('RCPT TO', '550 no'), { kind: 'refused', suppress: true }],
  [
    'a recipient refused because of us',
    reply('RCPT TO', '550 5.7.1 blocked'),
    { kind: 'refused', suppress: false },
  ],
  ['a refused content', reply('DATA', '554 5.6.0 spam', 'EMESSAGE'), { kind: 'refused', suppress: false }],
  ['a refused sender', reply('MAIL FROM', '550 5.1.8 no'), { kind: 'refused', suppress: false }],
  ['a wrong password', reply('AUTH PLAIN', '535 5.7.8 wrong', 'EAUTH'), { kind: 'misconfigured' }],
  ['a missing login', reply('MAIL FROM', '530 5.7.0 log in'), { kind: 'misconfigured' }],
  ['no method to log in', { code: 'EAUTH', command: 'API' }, { kind: 'misconfigured' }],
  ['incomplete settings', { code: 'ECONFIG' }, { kind: 'misconfigured' }],
])('%s', (_what, error, expected) => {
  expect(classifyMailFailure(error)).toMatchObject(expected)
})

test('the reason has the codes of a reply, and nothing that the server wrote', () => {
  const error = reply('RCPT TO', '550 5.1.1 <siti@example.com>: no such mailbox')
  expect(classifyMailFailure(error).reason).toBe('the mail server replied 550 5.1.1 to RCPT TO')
})
