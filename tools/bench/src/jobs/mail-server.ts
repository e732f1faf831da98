import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '@fondasi/embedded'
import { SMTPServer, type SMTPServerSession } from 'smtp-server'
import type { Cleanups } from '../data-stores.ts'

/** Something that happened to the mail of a recipient, in milliseconds since the epoch. */
export interface Sighting {
  recipient: string
  at: number
}

/** A mail that the server has accepted. */
export interface AcceptedMail {
  recipient: string
  messageId: string
}

export interface MailServer {
  url: string
  accepted: AcceptedMail[]
  /** When a client named a recipient, oldest first. */
  arrivals: Sighting[]
  /** When a client has left in the middle of a mail. */
  cutOff: Sighting[]
  /** How long a mail to this address takes, half of it before its content arrives and half of it after. */
  holdMs: (recipient: string) => number
  /** Called when a client names a recipient. */
  onRecipient: (recipient: string) => void
  /** While it is true, the server refuses every mail permanently. */
  refusesAll: boolean
}

/** What a mail takes at a usual mail server. */
export const usualHoldMs = 100

/** 5.7.x is about the sender, so jobs does not suppress the recipient. */
const refusal = Object.assign(new Error('5.7.1 rejected by policy'), { responseCode: 554 })

/** Starts a real mail server, which keeps the recipient and the Message-ID of each mail. */
export async function startMailServer(cleanups: Cleanups): Promise<MailServer> {
  const inProgress = new Map<string, string>()
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    async onRcptTo({ address }, session, callback) {
      mailServer.arrivals.push({ recipient: address, at: Date.now() })
      mailServer.onRecipient(address)
      if (mailServer.refusesAll) return callback(refusal)
      inProgress.set(session.id, address)
      await delay(mailServer.holdMs(address) / 2)
      callback()
    },
    async onData(stream, session, callback) {
      try {
        await receive(stream, session)
      } catch (error) {
        // A client that is killed in the middle of its mail breaks the stream.
        return callback(error instanceof Error ? error : new Error(String(error)))
      }
      callback()
    },
    onClose({ id }) {
      const recipient = inProgress.get(id)
      if (recipient !== undefined) mailServer.cutOff.push({ recipient, at: Date.now() })
      inProgress.delete(id)
    },
  })
  async function receive(stream: Readable, { id, envelope }: SMTPServerSession): Promise<void> {
    const messageId = messageIdOf(await text(stream))
    const [{ address } = { address: '' }] = envelope.rcptTo
    mailServer.accepted.push({ recipient: address, messageId })
    await delay(mailServer.holdMs(address) / 2)
    inProgress.delete(id)
  }
  // A client that is killed resets its connection.
  server.on('error', () => {})
  const port = await freePort()
  server.listen(port, '127.0.0.1')
  await once(server.server, 'listening')
  cleanups.push(() => new Promise<void>((resolve) => server.close(() => resolve())))
  const mailServer: MailServer = {
    url: `smtp://127.0.0.1:${port}`,
    accepted: [],
    arrivals: [],
    cutOff: [],
    holdMs: () => usualHoldMs,
    onRecipient: () => {},
    refusesAll: false,
  }
  return mailServer
}

function messageIdOf(mail: string): string {
  return /^message-id:\s*(<[^>]*>)/im.exec(mail)?.[1] ?? ''
}
