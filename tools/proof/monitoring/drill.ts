import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import type { Breakable, Stack, Visited } from './stack.ts'

export type Drill = {
  /** Alerts that must fire, and end after mending. */
  alerts: readonly string[]
  /** What is broken, in words. */
  what: string
  /** @returns how to mend it */
  break: (stack: Stack) => Promise<() => Promise<void>>
}

/** What the drills and the panels' test know of one app. */
export type WatchedApp = Visited & {
  /** Of alerts that only it can have. */
  drills: readonly Drill[]
}

/** kill -9; mended by a start. */
export async function kill({ process, start }: Breakable): Promise<() => Promise<void>> {
  process().kill()
  await process().exited
  return start
}

/** Does it again and again until it is mended. */
export function repeat(action: () => Promise<void>): () => Promise<void> {
  const mended = new AbortController()
  const repeating = (async () => {
    while (!mended.signal.aborted) await action()
  })()
  return async () => {
    mended.abort()
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

/** Visits every service by turns, whatever is answered, until the signal. */
export async function keepVisiting(visits: readonly (() => Promise<void>)[], signal: AbortSignal) {
  while (!signal.aborted) {
    for (const visit of visits) await visit().catch(() => undefined)
    await delay(pauseMs, undefined, { signal }).catch(() => undefined)
  }
}
