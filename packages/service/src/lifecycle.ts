import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'

/** Whether a process is shutting down. One object per process, which `/readyz` and every response read. */
export interface Lifecycle {
  draining: boolean
}

/** Time for clients with open connections to get one more response, which says `connection: close`. */
const drainMs = 1_000
/** Docker kills a container this long after SIGTERM, unless it is told otherwise. */
const defaultGraceMs = 10_000
/** We stop this long before we would be killed, in order to log the reason. */
const spareMs = 1_000

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
 * `close` runs. A second signal calls `hurry`, or ends the process if there is no `hurry`; a third one always ends it. So
 * does a shutdown that takes longer than the grace period, less one second.
 *
 * @param options.graceMs how long after the signal the orchestrator kills the process (default 10 s)
 * @param options.drain marks the service as draining; called first
 * @param options.close closes everything, in reverse order of creation
 * @param options.hurry makes a running `close` stop waiting for work that it can interrupt
 */
export function runUntilSignal(options: {
  log: Logger
  graceMs?: number
  drain: () => void
  close: () => Promise<void>
  hurry?: () => void
}): void {
  const { log, graceMs = defaultGraceMs, drain, close, hurry } = options
  const hurried = new AbortController()
  let signals = 0

  const stop = async () => {
    setTimeout(() => {
      log.error('the shutdown took too long; ending the process')
      process.exit(1)
    }, graceMs - spareMs).unref()
    try {
      drain()
      await delay(drainMs, undefined, { signal: hurried.signal }).catch(() => undefined)
      await close()
      log.info('stopped')
      process.exitCode = 0
    } catch (error) {
      log.error({ err: error }, 'stopped with an error')
      process.exitCode = 1
    }
    // The log is written in the background, and an immediate exit could reorder the last lines. A pipe refuses the fsync
    // at the end of the flush, which does not matter.
    await new Promise<void>((resolve) => log.flush(() => resolve()))
    process.exit()
  }

  const receive = (signal: NodeJS.Signals) => {
    signals += 1
    if (signals === 1) {
      log.info({ signal }, 'stopping')
      void stop()
    } else if (signals === 2 && hurry) {
      log.info({ signal }, 'stopping without waiting for running work')
      hurried.abort()
      hurry()
    } else {
      process.exit(1)
    }
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, receive)
}
