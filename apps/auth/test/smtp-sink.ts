import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'

/** A mail server that keeps the mails that it receives. It supports the part of RFC 5321 that our client uses. */
export interface SmtpSink {
  url: string
  /** Received mails with headers and body, also those that were refused. */
  received: string[]
  /** Until `release`, a received mail gets no reply, so its client waits. */
  hold(): void
  release(): void
  /** Replies by the beginning of the command, such as `RCPT TO`. */
  replies: Map<string, string>
  /** The received commands, without what follows a colon. */
  commands: string[]
  close(): Promise<void>
}

export async function startSmtpSink(): Promise<SmtpSink> {
  const received: string[] = []
  const commands: string[] = []
  const replies = new Map<string, string>()
  const replyTo = (command: string) => [...replies].find(([beginning]) => command.startsWith(beginning))?.[1]
  const sockets = new Set<Socket>()
  let held = Promise.withResolvers<void>()
  held.resolve()

  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    socket.write('220 sink\r\n')
    let buffered = ''
    let inData = false
    socket.on('data', (chunk) => {
      buffered += chunk.toString()
      for (;;) {
        const ending = inData ? '\r\n.\r\n' : '\r\n'
        const end = buffered.indexOf(ending)
        if (end === -1) return
        const part = buffered.slice(0, end)
        buffered = buffered.slice(end + ending.length)
        if (inData) {
          inData = false
          received.push(part)
          void held.promise.then(() => socket.write('250 accepted\r\n'))
          continue
        }
        const command = part.toUpperCase()
        commands.push(command.replace(/:.*/, ''))
        const reply = replyTo(command)
        if (reply !== undefined) {
          socket.write(`${reply}\r\n`)
        } else if (command === 'DATA') {
          inData = true
          socket.write('354 go on\r\n')
        } else if (command === 'QUIT') {
          socket.end('221 bye\r\n')
        } else {
          socket.write('250 ok\r\n')
        }
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the sink has no port')

  return {
    url: `smtp://127.0.0.1:${address.port}`,
    received,
    replies,
    commands,
    hold() {
      held = Promise.withResolvers()
    },
    release: () => held.resolve(),
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** The token in a mail's link: the body is quoted-printable, so a long line is broken with `=`. */
export function tokenIn(mail: string | undefined): string {
  const text = (mail ?? '').replaceAll('=\r\n', '').replaceAll('=3D', '=')
  return /#token=([\w-]{43})/.exec(text)?.[1] ?? ''
}
