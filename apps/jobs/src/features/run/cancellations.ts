/** A job that was cancelled earlier has long been started, lost or removed by reconcile. */
const rememberedMs = 3_600_000

export type Cancellations = ReturnType<typeof createCancellations>

/** The jobs that were cancelled lately: BullMQ may still hand one of them to this process. */
export function createCancellations(now: () => number) {
  const cancelledAt = new Map<string, number>()
  return {
    add(id: string): void {
      for (const [oldest, at] of cancelledAt) {
        if (now() - at < rememberedMs) break
        cancelledAt.delete(oldest)
      }
      cancelledAt.set(id, now())
    },
    has: (id: string): boolean => cancelledAt.has(id),
  }
}
