import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
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

/** Sends a command to Redis, as a line of text. @returns the reply in Redis's protocol @throws if the reply is an error */
export async function redisCommand(port: number, command: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write(`${command}\r\nQUIT\r\n`)
  const reply = await text(socket)
  if (reply.startsWith('-')) throw new Error(`Redis refused ${command}: ${reply}`)
  return reply
}

const pauseMs = 100

/** Visits the services in turn until the signal, and ignores failures. */
export async function keepVisiting(visits: readonly (() => Promise<void>)[], signal: AbortSignal) {
  while (!signal.aborted) {
    for (const visit of visits) await visit().catch(() => undefined)
    await delay(pauseMs, undefined, { signal }).catch(() => undefined)
  }
}
