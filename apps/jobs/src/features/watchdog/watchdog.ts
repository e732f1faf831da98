import { createLoop } from '@fondasi/outbox'
import type { Logger } from 'pino'
import type { JobsMetrics } from '../../metrics.ts'
import type { Queues } from '../queues/queues.ts'
import type { Workers } from '../run/workers.ts'
import { decideWatch, type QueueWatch } from './watchdog-decision.ts'

const everyMs = 5_000

/** Watches whether the workers of this process still fetch jobs. BullMQ's own `isRunning()` stays true when they do not. */
export function createWatchdog(deps: {
  workers: Pick<Workers, 'queues' | 'lane' | 'activity' | 'replace'>
  queues: Queues
  /** Ends the process if replacing a worker did not help. */
  exit: () => void
  log: Logger
  jobsMetrics: JobsMetrics
}) {
  const { workers, queues, exit, log, jobsMetrics } = deps
  const watches = new Map<string, QueueWatch>()
  const stalled = new Set<string>()

  async function look(nowMs = Date.now()): Promise<void> {
    for (const queue of workers.queues) {
      const sample = { ...workers.activity(queue), startable: await countStartable(queue) }
      const before = watches.get(queue) ?? { started: sample.started, idleSinceMs: undefined, replaced: 0 }
      const { decision, watch } = decideWatch(before, sample, nowMs)
      watches.set(queue, watch)
      if (watch.idleSinceMs === undefined) stalled.delete(queue)
      if (decision !== 'ok') stalled.add(queue)
      jobsMetrics.consumptionStalled.set({ queue }, Number(stalled.has(queue)))
      if (decision === 'replace') {
        log.error({ queue }, 'no job was started for 15 s although some wait; replacing the worker')
        workers.replace(queue)
      }
      if (decision === 'exit') {
        log.fatal({ queue }, 'no job was started after the worker was replaced; ending the process')
        exit()
      }
    }
  }

  async function countStartable(name: string): Promise<number> {
    const queue = queues.of(name, workers.lane)
    if (queue === undefined || (await queue.isPaused()) || (await queue.getRateLimitTtl()) > 0) return 0
    const { waiting = 0, prioritized = 0 } = await queue.getJobCounts('waiting', 'prioritized')
    return waiting + prioritized
  }

  const loop = createLoop({
    step: () => look(),
    pauseMs: () => everyMs,
    onError: (error) => log.debug({ err: error }, 'cannot read the queues; looking again in 5 s'),
  })
  return {
    look,
    start: loop.start,
    stop: loop.stop,
    /** The health check: rejects while a queue is not consumed. */
    async check(): Promise<void> {
      if (stalled.size > 0) throw new Error(`no job is started in these queues: ${[...stalled].join(', ')}`)
    },
  }
}
