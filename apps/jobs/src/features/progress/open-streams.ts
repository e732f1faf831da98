import type { ServerResponse } from 'node:http'

/** Longer than the time of four comments. A client that has taken none of them is disconnected, or does not read. */
const stalledAfterMs = 70_000

/** Counts the streams of this process and ends them when it shuts down. */
export function createOpenStreams(max: number) {
  const open = new Map<ServerResponse, AbortController>()
  return {
    isFull: () => open.size >= max,

    /** @returns aborts when the client goes away or the process shuts down */
    add(response: ServerResponse): AbortSignal {
      const ending = new AbortController()
      open.set(response, ending)
      response.once('close', () => {
        open.delete(response)
        ending.abort()
      })
      response.setTimeout(stalledAfterMs, () => response.destroy())
      return ending.signal
    },

    /** Ends every stream. A client that does not read would never see the end, so its connection is closed. */
    endAll(): void {
      for (const [response, ending] of open) {
        ending.abort()
        if (response.writableNeedDrain) response.destroy()
      }
    },
  }
}
