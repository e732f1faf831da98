import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import type { Breakable, Stack, Visited } from './stack.ts'

export type Drill = {
  /** The alerts that must fire, and resolve after the repair. */
  alerts: readonly string[]
  /** What breaks, for the report. */
  what: string
  /** @returns the function that repairs it */
  break: (stack: Stack) => Promise<() => Promise<void>>
}

/** What the drills and the test of panels know about one app. */
export type WatchedApp = Visited & {
  /** The drills of alerts that only this app has. */
  drills: readonly Drill[]
}

/** Kills a process with SIGKILL. A start repairs it. */
export async function kill({ process, start }: Breakable): Promise<() => Promise<void>> {
  process().kill()
  await process().exited
  return start
}

/** Repeats an action until it is repaired. */
export function repeat(action: () => Promise<void>): () => Promise<void> {
  const repaired = new AbortController()
  const repeating = (async () => {
    while (!repaired.signal.aborted) await action()
  })()
  return async () => {
    repaired.abort()
    await repeating
  }
}

export async function sql(url: string, statement: string): Promise<void> {
  const client = new Client(url)
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

const pauseMs = 100

/** Visits the services in turn until the signal, and ignores failures. */
export async function keepVisiting(visits: readonly (() => Promise<void>)[], signal: AbortSignal) {
  while (!signal.aborted) {
    for (const visit of visits) await visit().catch(() => undefined)
    await delay(pauseMs, undefined, { signal }).catch(() => undefined)
  }
}
