import { connect, createServer, type Socket } from 'node:net'
import { Transform } from 'node:stream'
import type { Route } from './route.ts'

/** Forwards TCP connections, whatever their protocol. */
export function forwardTcp(route: Route): Route {
  const open = new Set<Socket>()
  route.onCut(() => {
    for (const socket of open) socket.destroy()
  })
  const track = (socket: Socket, other: Socket) => {
    open.add(socket)
    socket.setNoDelay()
    // `close` follows an error, and closes the other side too.
    socket.on('error', () => {})
    socket.on('close', () => {
      open.delete(socket)
      other.destroy()
    })
  }
  createServer((client) => {
    const { cut, errorRatio = 0 } = route.faults
    if (cut || Math.random() < errorRatio) {
      client.destroy()
      return
    }
    const server = connect(route.port, route.host)
    track(client, server)
    track(server, client)
    client.pipe(slow(route)).pipe(server)
    server.pipe(client)
  }).listen(route.port, '0.0.0.0')
  return route
}

/** Delays each chunk by the route's current latency. */
function slow(route: Route): Transform {
  return new Transform({
    transform(chunk, _encoding, done) {
      const { latencyMs = 0 } = route.faults
      if (latencyMs === 0) done(null, chunk)
      else setTimeout(done, latencyMs, null, chunk)
    },
  })
}
