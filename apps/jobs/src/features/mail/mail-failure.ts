import { z } from 'zod'

/** What to do with a mail that the mail server did not accept. */
export type MailFailure =
  /** A later attempt can succeed. */
  | { kind: 'retry'; reason: string }
  /** The server refuses this mail permanently. `suppress`: the address does not exist, so it gets no further mail. */
  | { kind: 'refused'; reason: string; suppress: boolean }
  /** Our login or our settings are wrong: every mail would fail. */
  | { kind: 'misconfigured'; reason: string }

const smtpError = z.object({
  code: z.string().default('unknown error'),
  /** The command that failed; `CONN` while connecting. */
  command: z.string().default('unknown'),
  responseCode: z.number().optional(),
  response: z.string().default(''),
})

/** Codes of replies that ask for a login, or refuse it (RFC 4954, section 6). */
const loginReplies = [530, 534, 535, 538]
/** The commands that transmit one mail. A server that refuses an earlier command refuses every mail, probably for a while. */
const mailCommands = ['MAIL FROM', 'RCPT TO', 'DATA']

/**
 * Decides what to do after an error of nodemailer. The first case that applies wins:
 *
 * 1. the settings are incomplete (ECONFIG) → misconfigured
 * 2. no reply, or a temporary one (4xx) → retry
 * 3. the login is refused or missing → misconfigured
 * 4. the recipient, the sender or the content is refused (5xx) → refused
 * 5. any other permanent reply → retry
 *
 * The reason is in our own words, because servers repeat the recipient's address in their replies.
 */
export function classifyMailFailure(error: unknown): MailFailure {
  const { code, command, responseCode, response } = smtpError.safeParse(error).data ?? smtpError.parse({})
  if (code === 'ECONFIG')
    return { kind: 'misconfigured', reason: 'the settings of the mail server are incomplete' }
  if (responseCode === undefined)
    return code === 'EAUTH' || code === 'ENOAUTH'
      ? { kind: 'misconfigured', reason: 'the mail server cannot log us in' }
      : { kind: 'retry', reason: `the mail server did not accept the mail: ${code}` }

  // The enhanced status code (RFC 3463), such as 5.1.1. It names the reason without the free text.
  const [status] = /\b[45]\.\d{1,3}\.\d{1,3}\b/.exec(response) ?? []
  const reason = `the mail server replied ${responseCode}${status ? ` ${status}` : ''} to ${command}`
  if (responseCode < 500) return { kind: 'retry', reason }
  if (code === 'EAUTH' || loginReplies.includes(responseCode)) return { kind: 'misconfigured', reason }
  if (!mailCommands.includes(command)) return { kind: 'retry', reason }
  // 5.7.x is about us, not about the address: while our server is on a block list, every recipient is refused with it.
  return { kind: 'refused', reason, suppress: command === 'RCPT TO' && !status?.startsWith('5.7.') }
}
