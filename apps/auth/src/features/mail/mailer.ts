import type { Db } from '@fondasi/postgres'
import { createTransport } from 'nodemailer'
import type { Logger } from 'pino'

export interface Mail {
  to: string
  subject: string
  text: string
  /** The link in the text, for the log and for tests. */
  link?: string
}

export interface Mailer {
  /** Resolves when the mail server has accepted the mail. Rejects otherwise; the outbox then tries again. */
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
      // `to` is an object, so that nodemailer does not parse an address as a list.
      await transport.sendMail({ from, to: { name: '', address: to }, subject, text })
    },
    close: () => transport.close(),
  }
}
