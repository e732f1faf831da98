import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'

/** Whether a service is shutting down. One object per service, which `/readyz` and every response read. */
export interface Lifecycle {
  draining: boolean
}

/** Time for clients with open connections to get one more response, which says `connection: close`. */
const drainMs = 1_000
/** Orchestrators kill after 10 s (compose) to 30 s (Kubernetes). We stop before that and log the reason. */
const closeTimeoutMs = 9_000

/**
 * A keep-alive connection would delay `close()` until its timeout (`keepAliveTimeoutMs`). While the service drains, every
 * response therefore asks the client to close its connection.
 */
export function closeConnectionsWhenDraining(app: FastifyInstance, lifecycle: Lifecycle): void {
  app.addHook('onSend', async (_request, reply) => {
    if (lifecycle.draining) reply.header('connection', 'close')
  })
  app.addHook('preClose', async () => {
    lifecycle.draining = true
  })
}

/**
 * Runs until SIGTERM or SIGINT, then shuts down in order: `/readyz` returns 503, responses close their connections, and
 * `close` runs. A second signal ends the process at once, and so does a shutdown that takes too long.
 *
 * @param options.drain marks the service as draining; called first
 * @param options.close closes everything, in reverse order of creation
 */
export function runUntilSignal(options: {
  log: Logger
  drain: () => void
  close: () => Promise<void>
}): void {
  let stopping = false
  const stop = async (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1)
    stopping = true
    options.log.info({ signal }, 'stopping')
    setTimeout(() => {
      options.log.error('the shutdown took too long; ending the process')
      process.exit(1)
    }, closeTimeoutMs).unref()
    try {
      options.drain()
      await delay(drainMs)
      await options.close()
      options.log.info('stopped')
      process.exitCode = 0
    } catch (error) {
      options.log.error({ err: error }, 'stopped with an error')
      process.exitCode = 1
    }
    // The log is written in the background, and an immediate exit could reorder the last lines. A pipe refuses the fsync
    // at the end of the flush, which does not matter.
    await new Promise<void>((resolve) => options.log.flush(() => resolve()))
    process.exit()
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal))
}
