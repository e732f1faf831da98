/** One Ctrl-C arrives up to three times: from the terminal, from npm and from tools/kit.mjs. */
const sameInterruptMs = 500

/**
 * Turns the ways to ask this process to end (Ctrl-C, SIGTERM, a closed terminal, the death of tools/kit.mjs)
 * into one abort signal. Asking a second time calls `hurry`.
 */
export function listenForInterrupts(hurry: () => void): AbortSignal {
  const controller = new AbortController()
  let firstAt = 0
  const interrupt = () => {
    if (!controller.signal.aborted) {
      firstAt = Date.now()
      controller.abort()
    } else if (Date.now() - firstAt > sameInterruptMs) {
      hurry()
    }
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt)
  process.on('disconnect', interrupt)
  // Listening alone is no work: without this a tool that is done would wait for ever for its parent's end.
  process.channel?.unref()
  return controller.signal
}
