import { once } from 'node:events'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'

/**
 * A mail server that accepts every mail and stores none. It speaks only the part of SMTP (RFC 5321) that a client needs, and
 * can be stopped and started again.
 */
export function createMailServer(port: number) {
  const server = createServer((socket) => {
    let inMail = false
    socket.write('220 drill\r\n')
    socket.on('error', () => socket.destroy())
    createInterface({ input: socket }).on('line', (line) => {
      if (inMail) {
        if (line !== '.') return
        inMail = false
      }
      const command = line.toUpperCase()
      if (command === 'DATA') inMail = true
      socket.write(inMail ? '354 go on\r\n' : command === 'QUIT' ? '221 bye\r\n' : '250 ok\r\n')
      if (command === 'QUIT') socket.end()
    })
  })
  return {
    async start(): Promise<void> {
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
    },
    async stop(): Promise<void> {
      if (server.listening) await new Promise((resolve) => server.close(resolve))
    },
  }
}
