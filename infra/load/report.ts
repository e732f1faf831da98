import type { Outcome } from './virtual-client.ts'

/** Counts outcomes and formats them as one line of JSON. */
export function createReport() {
  const durationsMs: number[] = []
  const counts = new Map<string, number>()
  let skipped = 0
  return {
    add({ action, status, ms }: Outcome) {
      durationsMs.push(ms)
      const key = `${action} ${status}`
      counts.set(key, (counts.get(key) ?? 0) + 1)
    },
    /** Counts a request that was due but not sent, because too many were in flight. */
    skip() {
      skipped += 1
    },
    line(): string {
      const sorted = durationsMs.toSorted((a, b) => a - b)
      const quantile = (q: number) => Math.round(sorted[Math.floor(sorted.length * q)] ?? 0)
      return JSON.stringify({
        requests: sorted.length,
        skipped,
        p50Ms: quantile(0.5),
        p99Ms: quantile(0.99),
        ...Object.fromEntries([...counts].toSorted(([a], [b]) => a.localeCompare(b))),
      })
    },
  }
}
