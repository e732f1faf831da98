// A process for tests to stop: `node shutdown-process.ts GRACE_MS [interruptible | stubborn]`. Its `close` never ends by
// itself. `interruptible`: a second signal makes it end. `stubborn`: `hurry` is called, but has no effect.
// It logs when half of the grace period is over, and when all of it is.
import { pino } from 'pino'
import { runUntilSignal } from '../src/index.ts'

const [grace = '', mode] = process.argv.slice(2)
const graceMs = Number(grace)
const log = pino(pino.destination({ sync: true }))
const interrupted = Promise.withResolvers<void>()
// Without this, nothing would keep the process alive until the signal.
const alive = setInterval(() => {}, 60_000)

runUntilSignal({
  log,
  graceMs,
  drain() {
    setTimeout(() => log.info('half of the grace period is over'), graceMs / 2)
    setTimeout(() => log.info('the grace period is over'), graceMs)
  },
  async close() {
    log.info('closing')
    await interrupted.promise
    clearInterval(alive)
  },
  ...(mode === 'interruptible' && { hurry: () => interrupted.resolve() }),
  ...(mode === 'stubborn' && { hurry: () => {} }),
})
log.info('running')
