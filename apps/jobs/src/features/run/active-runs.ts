import type { AbortReason } from './result-decision.ts'

/** If a handler ignores the abort of its signal for this long, its attempt counts as failed. */
const ignoredAbortMs = 5_000
/** A shutdown has less time: a job that is not handed back before the process ends would stall. */
const ignoredShutdownMs = 3_000
/** Long enough for reconcile to remove a cancelled job from Redis. */
const rememberedMs = 3_600_000

/** A run in progress. */
export interface ActiveRun {
  signal: AbortSignal
  /** Why it was aborted, if it was. */
  aborted(): AbortReason | undefined
  /** Resolves when the handler has ignored an abort for too long. It may still be running then. */
  abandoned: Promise<Error>
  /** Call it when the run has ended and its result is recorded. */
  end(): void
}

export type ActiveRuns = ReturnType<typeof createActiveRuns>

/** The runs in progress in this process, so that they can be aborted, and the jobs that were cancelled recently. */
export function createActiveRuns() {
  const runs = new Map<string, { abort: (reason: AbortReason) => void }>()
  const cancelledAt = new Map<string, number>()
  let idle = Promise.withResolvers<void>()
  idle.resolve()
  /** Why all runs were aborted; a run that begins later is aborted at once. */
  let allAborted: AbortReason | undefined

  return {
    /** @param deadlineMs after which the run is aborted */
    begin(id: string, deadlineMs: number): ActiveRun {
      const controller = new AbortController()
      const abandoned = Promise.withResolvers<Error>()
      let aborted: AbortReason | undefined
      let patience: NodeJS.Timeout | undefined
      const abort = (reason: AbortReason) => {
        if (aborted !== undefined) return
        aborted = reason
        controller.abort(new Error(`the run was aborted: ${reason}`))
        const ignoredMs = reason === 'shutdown' ? ignoredShutdownMs : ignoredAbortMs
        const error = new Error(`the handler ignored the abort (${reason}) for ${ignoredMs} ms`)
        patience = setTimeout(() => abandoned.resolve(error), ignoredMs)
      }
      const deadline = setTimeout(() => abort('timeout'), deadlineMs)
      if (runs.size === 0) idle = Promise.withResolvers()
      const run = { abort }
      runs.set(id, run)
      if (allAborted !== undefined) abort(allAborted)
      return {
        signal: controller.signal,
        aborted: () => aborted,
        abandoned: abandoned.promise,
        end() {
          clearTimeout(deadline)
          clearTimeout(patience)
          if (runs.get(id) === run) runs.delete(id)
          if (runs.size === 0) idle.resolve()
        },
      }
    },
    abort(id: string, reason: AbortReason): void {
      runs.get(id)?.abort(reason)
    },
    abortAll(reason: AbortReason): void {
      allAborted = reason
      for (const { abort } of runs.values()) abort(reason)
    },
    /** Aborts the run of a cancelled job. If BullMQ hands the job to this process later, `isCancelled` knows. */
    cancel(id: string): void {
      runs.get(id)?.abort('cancel')
      for (const [oldest, at] of cancelledAt) {
        if (Date.now() - at < rememberedMs) break
        cancelledAt.delete(oldest)
      }
      cancelledAt.set(id, Date.now())
    },
    isCancelled: (id: string): boolean => cancelledAt.has(id),
    /** Resolves when no run is in progress. */
    whenIdle: (): Promise<void> => idle.promise,
  }
}
