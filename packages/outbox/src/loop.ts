import { setTimeout as delay } from 'node:timers/promises'

export type Loop = ReturnType<typeof createLoop>

/**
 * Repeats a step in the background, with pauses that `wake` ends. Steps never overlap.
 *
 * @param options.step returns whether to go on without a pause
 * @param options.onError receives what a step threw; the loop goes on
 */
export function createLoop(options: {
  step: () => Promise<boolean | void>
  pauseMs: () => number
  onError: (error: unknown) => void
}) {
  const { step, pauseMs, onError } = options
  const stopping = new AbortController()
  let pause = new AbortController()
  let running: Promise<void> | undefined
  const wake = () => pause.abort()

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      // Before the step: a wake during the step ends the pause after it.
      pause = new AbortController()
      const isMore = await step().catch((error: unknown) => void onError(error))
      if (!isMore) await delay(pauseMs(), undefined, { signal: pause.signal }).catch(() => {})
    }
  }

  return {
    wake,
    start(): void {
      running = run()
    },
    /** Resolves when the step in progress has ended. */
    async stop(): Promise<void> {
      stopping.abort()
      wake()
      await running
    },
  }
}
