import { Socket } from 'node:net'
import type { Service } from './service.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route reads its body as a stream, however long that takes, and watches over its progress itself. */
    bodyTimeout?: 'own'
  }
}

/**
 * Ends requests whose body has not arrived in time, with 408. Node can do so for all routes alike only
 * (`server.requestTimeout`), and a large upload takes longer than an attack may.
 */
export function registerBodyTimeout(app: Service, timeoutMs: number): void {
  app.addHook('onRequest', async ({ raw, routeOptions }) => {
    const hasBody =
      raw.headers['transfer-encoding'] !== undefined || Number(raw.headers['content-length']) > 0
    if (!hasBody || routeOptions.config.bodyTimeout === 'own') return
    const timer = setTimeout(() => {
      // A request that a test injects has none.
      if (!(raw.socket instanceof Socket)) return
      // What Node itself does when its own timeout has passed.
      const error = Object.assign(new Error('Request timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' })
      app.server.emit('clientError', error, raw.socket)
    }, timeoutMs).unref()
    for (const event of ['end', 'close']) raw.once(event, () => clearTimeout(timer))
  })
}
