import { createTransport } from 'nodemailer'

export interface Mail {
  to: string
  subject: string
  text: string
  html: string
  /** With angle brackets. The same on every attempt, so that mailboxes can drop a second copy. */
  messageId: string
  headers: Record<string, string>
}

export type Mailer = ReturnType<typeof createMailer>

/** Longer than a healthy server takes. A server that is silent for this long has gone. */
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
     * @param signal ends the wait: a server that sends a byte now and then would hold the job for ever
     * @returns the server's reply
     * @throws an error of nodemailer, see `classifyMailFailure`
     */
    async send({ to, ...mail }: Mail, signal: AbortSignal): Promise<string> {
      signal.throwIfAborted()
      const aborted = Promise.withResolvers<never>()
      const abort = () => aborted.reject(signal.reason)
      signal.addEventListener('abort', abort, { once: true })
      try {
        // `to` is an object, so that nodemailer does not parse an address as a list.
        const sent = transport.sendMail({ ...mail, from, to: { name: '', address: to } })
        return (await Promise.race([sent, aborted.promise])).response
      } finally {
        signal.removeEventListener('abort', abort)
      }
    },
    close: () => transport.close(),
  }
}
