import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'

/** A mail server that keeps what it is given (RFC 5321, as much of it as a client needs). */
export interface SmtpSink {
  url: string
  /** Mails as they came, headers and body; also those that were not accepted. */
  received: string[]
  /** While held, a mail that was received is not accepted: its client waits for the answer. */
  hold(): void
  release(): void
  close(): Promise<void>
}

export async function startSmtpSink(): Promise<SmtpSink> {
  const received: string[] = []
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
        } else if (part.toUpperCase() === 'DATA') {
          inData = true
          socket.write('354 go on\r\n')
        } else if (part.toUpperCase() === 'QUIT') {
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
