import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A TCP proxy in front of a server, to break the network between it and its clients. */
export type TcpProxy = {
  /** The server's URL with the proxy's address in it. */
  url: string
  /**
   * Makes the open connections silent, like a firewall that has dropped their state: the proxy stops forwarding, but closes
   * none of them. Later connections work.
   */
  silence(): void
  /** Closes every connection and stops listening. */
  close(): Promise<void>
}

/** @param serverUrl names the host and the port of the server, such as `redis://127.0.0.1:6379` */
export async function startTcpProxy(serverUrl: string): Promise<TcpProxy> {
  const { hostname, port } = new URL(serverUrl)
  const open = new Set<Socket>()
  const keep = (socket: Socket) => {
    open.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => open.delete(socket))
  }

  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname)
    for (const socket of [client, upstream]) keep(socket)
    client.pipe(upstream).pipe(client)
    client.on('close', () => upstream.destroy())
    upstream.on('close', () => client.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the proxy has no TCP port')

  const url = new URL(serverUrl)
  url.host = `127.0.0.1:${address.port}`
  return {
    url: url.href,
    silence() {
      for (const socket of open) {
        // Reads and drops the bytes, so that a sender does not notice.
        socket.unpipe().resume()
      }
    },
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of open) socket.destroy()
      await closed
    },
  }
}
