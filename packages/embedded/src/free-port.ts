import { createServer } from 'node:net'

const triedPorts = 100

/**
 * Finds a TCP port on 127.0.0.1 that nobody listens on: the preferred port or the next free one above it. Without a
 * preference it is any free port. Another process may still take it before the caller does.
 * @throws Error when 100 ports in a row are taken
 */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred === undefined) {
    const any = await tryListen(0)
    if (any !== undefined) return any
  } else {
    for (let port = preferred; port < preferred + triedPorts && port <= 65_535; port++) {
      if ((await tryListen(port)) !== undefined) return port
    }
  }
  throw new Error(`found no free port from ${preferred ?? 'any'} upwards`)
}

function tryListen(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen({ port, host: '127.0.0.1' }, () => {
      const address = server.address()
      const bound = address !== null && typeof address === 'object' ? address.port : undefined
      server.close(() => resolve(bound))
    })
  })
}
