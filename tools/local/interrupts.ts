/** One Ctrl-C arrives up to three times: from the terminal, npm and tools/kit.mjs. */
const sameInterruptMs = 500

/**
 * Aborts one signal for every way to ask this process to end: Ctrl-C, SIGTERM, a closed terminal, the death of
 * tools/kit.mjs.
 * @param hurry called when somebody asks a second time
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
  // Without this, listening for `disconnect` would keep a tool alive that has finished its work.
  process.channel?.unref()
  return controller.signal
}
