import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { Route } from './route.ts'

/** Forwards requests. It fails some with 500, like a broken service. */
export function forwardHttp(route: Route): Route {
  const server = createServer((incoming, outgoing) => void forward(route, incoming, outgoing))
  route.onCut(() => server.closeAllConnections())
  server.listen(route.port, '0.0.0.0')
  return route
}

async function forward(route: Route, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const { latencyMs = 0, errorRatio = 0, cut = false } = route.faults
  if (latencyMs > 0) await delay(latencyMs)
  if (cut) {
    incoming.destroy()
    return
  }
  if (Math.random() < errorRatio) {
    outgoing.writeHead(500, { 'content-type': 'text/plain' }).end('injected fault\n')
    return
  }
  const { method, url, headers } = incoming
  const { host, port } = route
  const forwarded = send({ host, port, method, path: url, headers }, (response) => {
    outgoing.writeHead(response.statusCode ?? 502, response.headers)
    response.pipe(outgoing)
  })
  forwarded.on('error', () => {
    if (outgoing.headersSent) outgoing.destroy()
    else outgoing.writeHead(502).end()
  })
  outgoing.on('close', () => forwarded.destroy())
  incoming.pipe(forwarded)
}
