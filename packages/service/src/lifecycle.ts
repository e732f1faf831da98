import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'

/** Whether a service is on its way out. One object per service, read by readiness and by every answer. */
export interface Lifecycle {
  draining: boolean
}

/** Long enough for clients with open connections to get one more answer, the one that says `connection: close`. */
const drainMs = 1_000
/** Orchestrators kill after 10 s (compose) to 30 s (Kubernetes); we want to be gone, with a reason logged, before. */
const closeTimeoutMs = 9_000

/**
 * A keep-alive connection would hold `close()` open until its timeout (72 s by default). From the moment the
 * service drains every answer asks the client to close instead: nothing is dropped and nothing lingers.
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
 * Runs until SIGTERM or SIGINT, then shuts down in order: not ready any more, answers close their connections,
 * `close` runs (server first, then what it stood on). A second signal or a hang ends the process at once.
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
      options.log.error('did not stop in time')
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
    // Lines are written in the background: an exit at once may let the last ones change places. That a pipe refuses
    // the fsync with which a flush ends is no news to anybody.
    await new Promise<void>((resolve) => options.log.flush(() => resolve()))
    process.exit()
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal))
}
