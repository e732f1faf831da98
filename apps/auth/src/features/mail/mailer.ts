import { RefusedError, UndeliverableError } from '@fondasi/outbox'
import type { Db } from '@fondasi/postgres'
import { createTransport } from 'nodemailer'
import type { Logger } from 'pino'
import { z } from 'zod'

export interface Mail {
  to: string
  subject: string
  text: string
  /** The link in the text, for the log and for tests. */
  link?: string
}

export interface Mailer {
  /**
   * Resolves when the mail server has accepted the mail.
   *
   * @throws {RefusedError} when the server refuses the recipient permanently
   * @throws {UndeliverableError} when it refuses this mail permanently; after any other error the outbox retries
   */
  send(mail: Mail): Promise<void>
  close(): void
}

/** What an outbox handler needs to send a mail with a link. */
export interface MailDeps {
  db: Db
  clock: () => Date
  mailer: Mailer
  mailTokenKey: Buffer
  publicUrl: string
}

/** Longer than a healthy server takes, and shorter than the lease of an outbox message. */
const smtpTimeoutMs = 10_000

/**
 * Sends mails by SMTP, or writes them to the log when no server is configured. That is enough for a demo; in production
 * the configuration refuses it.
 */
export function createMailer(options: { smtpUrl: string | undefined; from: string; log: Logger }): Mailer {
  const { smtpUrl, from, log } = options
  if (smtpUrl === undefined) {
    return {
      async send({ to, subject, text, link }) {
        log.info({ to, subject, link, text }, 'mail')
      },
      close() {},
    }
  }
  const transport = createTransport({
    url: smtpUrl,
    connectionTimeout: smtpTimeoutMs,
    greetingTimeout: smtpTimeoutMs,
    socketTimeout: smtpTimeoutMs,
  })
  return {
    async send({ to, subject, text }) {
      try {
        // `to` is an object, so that nodemailer does not parse an address as a list.
        await transport.sendMail({ from, to: { name: '', address: to }, subject, text })
      } catch (error) {
        throw deliveryError(error)
      }
    },
    close: () => transport.close(),
  }
}

const smtpFailure = z.object({
  code: z.string().default('unknown error'),
  /** The command that failed; `CONN` while connecting. */
  command: z.string().optional(),
  responseCode: z.number().optional(),
  response: z.string().default(''),
})

/** Replies from 550 on are about this mail. Lower ones (530, 535, …) are about our settings, which an operator can fix. */
const permanentReplies = { from: 550, to: 559 }
/** The commands that transmit one mail. Before them, a refusal concerns every mail. */
const mailCommands = ['MAIL FROM', 'RCPT TO', 'DATA']

/**
 * Describes a failure in our own words, without nodemailer's error as the cause: the outbox logs and stores the reason, and
 * mail servers repeat the recipient's address in their replies.
 */
function deliveryError(error: unknown): Error {
  const failure = smtpFailure.parse(error)
  const { code, command = 'unknown', responseCode, response } = failure
  if (responseCode === undefined) return new Error(`the mail server did not accept the mail: ${code}`)
  // The enhanced status code (RFC 3463), such as 5.1.1. It names the reason without the free text.
  const [status] = /\b[45]\.\d{1,3}\.\d{1,3}\b/.exec(response) ?? []
  const reason = `the mail server replied ${responseCode}${status ? ` ${status}` : ''} to ${command}`
  const isPermanent =
    mailCommands.includes(command) &&
    responseCode >= permanentReplies.from &&
    responseCode <= permanentReplies.to
  if (!isPermanent) return new Error(reason)
  return command === 'RCPT TO' ? new RefusedError(reason) : new UndeliverableError(reason)
}
