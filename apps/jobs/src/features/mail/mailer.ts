import { createTransport } from 'nodemailer'
import { classifyMailFailure, type MailFailure } from './mail-failure.ts'
import type { Content } from './templates.ts'

export interface Mail extends Content {
  to: string
  /** With angle brackets. The same on every attempt, so that mailboxes can drop a second copy. */
  messageId: string
  headers: Record<string, string>
}

/** The mail server did not accept a mail. The error has no cause, because the error of nodemailer contains the recipient's address. */
export class MailError extends Error {
  override name = 'MailError'
  readonly failure: MailFailure
  constructor(failure: MailFailure) {
    super(failure.reason)
    this.failure = failure
  }
}

export type Mailer = ReturnType<typeof createMailer>

/** Longer than a healthy server takes. A server that is silent for this long is considered down. */
const silenceMs = 10_000

/** Sends mails by SMTP. */
export function createMailer({ smtpUrl, from }: { smtpUrl: string; from: string }) {
  const transport = createTransport({
    url: smtpUrl,
    connectionTimeout: silenceMs,
    greetingTimeout: silenceMs,
    socketTimeout: silenceMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    /** What a Message-ID ends with. */
    domain: from.slice(from.lastIndexOf('@') + 1).replace(/>?\s*$/, ''),
    /**
     * Resolves when the mail server has accepted the mail.
     *
     * @param signal ends the wait. Otherwise a server that sends a byte now and then could hold the job forever
     * @throws {MailError}, or the reason of the signal
     */
    async send({ to, ...mail }: Mail, signal: AbortSignal): Promise<void> {
      try {
        // `to` is an object, so that nodemailer does not parse an address as a list.
        await transport.sendMail({ ...mail, from, to: { name: '', address: to }, signal })
      } catch (error) {
        signal.throwIfAborted()
        throw new MailError(classifyMailFailure(error))
      }
    },
    close: () => transport.close(),
  }
}
