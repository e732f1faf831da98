import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo, Server } from 'node:net'
import type { Readable } from 'node:stream'
import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'
import type { CaughtMail } from './caught-mail.ts'
import { htmlOf, inboxPage, mailPage, type Page } from './mail-pages.ts'

/** The content of a mail. `sizeExceeded` is true once it is longer than the server accepts. */
type SizedStream = Readable & { sizeExceeded: boolean }

export type MailCatcher = { smtpUrl: string; inboxUrl: string; close: () => Promise<void> }

const preferredSmtpPort = 4125
const preferredInboxPort = 4180
const triedPorts = 100

/** Enough for a demo; the oldest mail goes first. */
const keptMails = 500
const maxMailBytes = 10 * 1024 * 1024

/**
 * Starts a mail server on 127.0.0.1 that delivers nothing: it keeps each mail in memory and shows it in an inbox for the
 * browser. `GET /email` returns the mails as JSON, at the path where the mail catcher of the compose demo has them.
 *
 * @param onMail called with each mail that arrives
 * @returns the URLs of both servers, each on its preferred port or the next free one
 */
export async function startMailCatcher(onMail: (mail: CaughtMail) => void): Promise<MailCatcher> {
  const mails: CaughtMail[] = []
  let received = 0
  const receive = async (stream: SizedStream, to: readonly string[]) => {
    const content = await parse(stream)
    received += 1
    const mail = { id: received, receivedAt: new Date(), to, ...content }
    mails.push(mail)
    if (mails.length > keptMails) mails.shift()
    onMail(mail)
  }
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    size: maxMailBytes,
    onData(stream, { envelope }, accept) {
      const recipients = envelope.rcptTo.map(({ address }) => address)
      receive(stream, recipients).then(() => accept(), accept)
    },
  })
  // A client that resets its connection must not end the process.
  smtp.on('error', () => {})
  const inbox = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    if (pathname === '/email') sendJson(response, mails)
    else sendPage(response, pageAt(pathname, mails))
  })
  const smtpPort = await listen(smtp.server, preferredSmtpPort)
  const inboxPort = await listen(inbox, preferredInboxPort)
  return {
    smtpUrl: `smtp://127.0.0.1:${smtpPort}`,
    inboxUrl: `http://localhost:${inboxPort}`,
    async close() {
      await new Promise<void>((resolve) => smtp.close(resolve))
      await new Promise((resolve) => {
        inbox.close(resolve)
        inbox.closeAllConnections()
      })
    },
  }
}

/** @throws Error when the mail is too large, or cannot be parsed */
async function parse(stream: SizedStream) {
  const chunks: Buffer[] = []
  for await (const chunk of stream) if (!stream.sizeExceeded) chunks.push(chunk)
  if (stream.sizeExceeded) throw Object.assign(new Error('The mail is too large'), { responseCode: 552 })
  const { from, subject = '', text = '', html, messageId } = await PostalMime.parse(Buffer.concat(chunks))
  return { from: from?.address ?? '', subject, text, html, messageId }
}

function pageAt(pathname: string, mails: readonly CaughtMail[]): Page | undefined {
  if (pathname === '/') return inboxPage(mails)
  const [, id, part] = /^\/mails\/(\d+)(\/html)?$/.exec(pathname) ?? []
  const mail = mails.find((each) => each.id === Number(id))
  return mail && (part === undefined ? mailPage(mail) : htmlOf(mail))
}

function sendPage(response: ServerResponse, page: Page | undefined): void {
  const { html, policy } = page ?? { html: 'There is no such mail', policy: "default-src 'none'" }
  response
    .writeHead(page ? 200 : 404, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
    })
    .end(html)
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}

/** Listens on the preferred port, or the next one that nobody else has. @returns the port */
async function listen(server: Server, preferred: number): Promise<number> {
  for (let port = preferred; port < preferred + triedPorts; port++) {
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, '127.0.0.1', () => {
          server.off('error', reject)
          resolve()
        })
      })
      // `address()` is a string only for Unix sockets.
      return (server.address() as AddressInfo).port
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error
    }
  }
  throw new Error(`found no free port from ${preferred} upwards`)
}
