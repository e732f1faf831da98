import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { SMTPServer } from 'smtp-server'

type Command = 'AUTH' | 'MAIL FROM' | 'RCPT TO' | 'DATA'

export interface MailServer {
  url: string
  /** The accepted mails, with their headers. */
  mails: string[]
  /** What the server refuses, such as `RCPT TO` with `550 5.1.1 no such mailbox`. */
  refusals: Map<Command, string>
  /** The server replies to a command for a recipient when this resolves. */
  before: (command: 'RCPT TO' | 'DATA', recipient: string) => Promise<void>
  close(): Promise<void>
}

/** A real mail server in the process of the test. */
export async function startMailServer(): Promise<MailServer> {
  const mails: string[] = []
  const refusals = new Map<Command, string>()
  const refusalOf = (command: Command): Error | null => {
    const [, code, message] = /^(\d+) (.*)$/.exec(refusals.get(command) ?? '') ?? []
    return code === undefined ? null : Object.assign(new Error(message), { responseCode: Number(code) })
  }
  const server = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    onAuth: ({ username }, _session, callback) => callback(refusalOf('AUTH'), { user: username }),
    onMailFrom: (_address, _session, callback) => callback(refusalOf('MAIL FROM')),
    async onRcptTo({ address }, _session, callback) {
      await mailServer.before('RCPT TO', address)
      callback(refusalOf('RCPT TO'))
    },
    async onData(stream, { envelope }, callback) {
      const mail = await text(stream)
      const refusal = refusalOf('DATA')
      if (refusal === null) mails.push(mail)
      const [{ address } = { address: '' }] = envelope.rcptTo
      await mailServer.before('DATA', address)
      callback(refusal)
    },
  })
  // A client that is killed resets its connection.
  server.on('error', () => {})
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  const address = server.server.address()
  if (address === null || typeof address === 'string') throw new Error('the mail server has no port')
  const mailServer: MailServer = {
    url: `smtp://127.0.0.1:${address.port}`,
    mails,
    refusals,
    before: async () => {},
    close: () => new Promise((resolve) => server.close(resolve)),
  }
  return mailServer
}

/** A header of a mail, with its folded lines joined. */
export function headerOf(mail: string | undefined, name: string): string | undefined {
  const headers = (mail ?? '').split('\r\n\r\n', 1)[0]?.replaceAll(/\r\n[ \t]+/g, ' ')
  return new RegExp(`^${name}: (.*)$`, 'im').exec(headers ?? '')?.[1]
}

/** The whole mail with quoted-printable line breaks and characters undone, as far as links need it. */
export function readable(mail: string | undefined): string {
  return (mail ?? '').replaceAll('=\r\n', '').replaceAll('=3D', '=')
}
