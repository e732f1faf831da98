/** What a look at a queue of this process has found. */
export interface QueueSample {
  /** Jobs that wait to be started, in a queue that is neither paused nor held by a rate limit. */
  startable: number
  /** Whether this process has a free slot for the queue. */
  hasFreeSlot: boolean
  /** How many runs this process has started since it began. */
  started: number
}

/** Since when a queue has had startable jobs and free slots without a start; and how often its worker was replaced for it. */
export interface QueueWatch {
  started: number
  idleSinceMs: number | undefined
  replaced: number
}

export type WatchdogDecision = 'ok' | 'replace' | 'exit'

/** Long enough for a Redis that was away to come back. */
const maxIdleMs = 15_000

/**
 * Decides whether a worker still fetches jobs. One that has lost its way after trouble with Redis looks healthy and does nothing:
 * it is replaced after 15 s, and when that did not help, the process must go.
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
