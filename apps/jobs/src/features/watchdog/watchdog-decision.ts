/** What the watchdog sees of a queue. */
export interface QueueSample {
  /** Jobs that wait to be started, in a queue that is neither paused nor held by a rate limit. */
  startable: number
  /** Whether this process has a free slot for the queue. */
  hasFreeSlot: boolean
  /** How many runs this process has started since it began. */
  started: number
}

/** What the watchdog remembers of a queue: since when no startable job was started, and how often its worker was replaced. */
export interface QueueWatch {
  started: number
  idleSinceMs: number | undefined
  replaced: number
}

export type WatchdogDecision = 'ok' | 'replace' | 'exit'

/** Longer than a worker needs to reconnect to Redis. */
const maxIdleMs = 15_000

/**
 * Decides whether a worker still fetches jobs. After trouble with Redis, a worker may look healthy and fetch nothing. It is
 * replaced after 15 s. If that does not help, the process must exit.
 */
export function decideWatch(
  watch: QueueWatch,
  sample: QueueSample,
  nowMs: number,
): { decision: WatchdogDecision; watch: QueueWatch } {
  const { startable, hasFreeSlot, started } = sample
  const isIdle = startable > 0 && hasFreeSlot && started === watch.started
  if (!isIdle) {
    const replaced = started === watch.started ? watch.replaced : 0
    return { decision: 'ok', watch: { started, idleSinceMs: undefined, replaced } }
  }
  const idleSinceMs = watch.idleSinceMs ?? nowMs
  if (nowMs - idleSinceMs < maxIdleMs) return { decision: 'ok', watch: { ...watch, idleSinceMs } }
  return watch.replaced === 0
    ? { decision: 'replace', watch: { started, idleSinceMs: nowMs, replaced: 1 } }
    : { decision: 'exit', watch }
}
