import { Socket } from 'node:net'
import type { Service } from './service.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route reads its body as a stream for as long as that takes, and checks the progress itself. */
    bodyTimeout?: 'own'
  }
}

/**
 * Returns 408 for a request whose body does not arrive in time. Node's own timeout (`server.requestTimeout`) is the same
 * for all routes, and a large upload takes longer than we would give an attack.
 */
export function registerBodyTimeout(app: Service, timeoutMs: number): void {
  app.addHook('onRequest', async ({ raw, routeOptions }) => {
    const hasBody =
      raw.headers['transfer-encoding'] !== undefined || Number(raw.headers['content-length']) > 0
    if (!hasBody || routeOptions.config.bodyTimeout === 'own') return
    const timer = setTimeout(() => {
      // An injected request of a test has no socket.
      if (!(raw.socket instanceof Socket)) return
      // What Node does when its own timeout has passed.
      const error = Object.assign(new Error('Request timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' })
      app.server.emit('clientError', error, raw.socket)
    }, timeoutMs).unref()
    for (const event of ['end', 'close']) raw.once(event, () => clearTimeout(timer))
  })
}
