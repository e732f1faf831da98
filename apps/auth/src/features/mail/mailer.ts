import type { Db } from '@fondasi/postgres'
import { createTransport } from 'nodemailer'
import type { Logger } from 'pino'

export interface Mail {
  to: string
  subject: string
  text: string
  /** The address in the text that the reader is to open. */
  link?: string
}

export interface Mailer {
  /** Resolves when the mail server has taken the mail; rejects when it has not, to be tried again. */
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

/** Longer than a healthy server ever takes, shorter than an outbox message's turn. */
const smtpTimeoutMs = 10_000

/**
 * Sends mails by SMTP, or writes them to the log when there is no server: enough for a demo, refused by the
 * configuration in production.
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
      // `to` as an object: an address is never parsed as a list.
      await transport.sendMail({ from, to: { name: '', address: to }, subject, text })
    },
    close: () => transport.close(),
  }
}
