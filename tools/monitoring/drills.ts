import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import type { Breakable, Stack } from './stack.ts'
import type { Visitors } from './visitors.ts'

export type Drill = {
  /** Alerts that must fire, and end after mending. */
  alerts: readonly string[]
  /** What is broken, in words. */
  what: string
  /** @returns how to mend it */
  break: (stack: Stack, visitors: Visitors) => Promise<() => Promise<void>>
}

/** More than wait in the queue of a small machine for two seconds. */
const crowdSize = 400

/** Longer than the threshold of EventLoopLag, with enough time between for scrapes. */
const frozenMs = 400
const runningMs = 100

/** Each breaks something for real, in the way in which it breaks in production. */
export const drills: readonly Drill[] = [
  {
    alerts: ['RefreshReuse'],
    what: 'a stolen refresh token is used after its successor',
    async break(_stack, visitors) {
      await visitors.stealSession()
      return async () => undefined
    },
  },
  {
    alerts: ['OutboxDead'],
    what: 'a message has a topic that nothing handles',
    async break({ databaseUrl }) {
      await sql(
        databaseUrl,
        "insert into outbox (id, topic, payload) values (gen_random_uuid(), 'drill', '{}')",
      )
      return () => sql(databaseUrl, "delete from outbox where topic = 'drill'")
    },
  },
  {
    alerts: ['OutboxLate'],
    what: 'somebody registers while the mail server is away',
    async break({ mailServer, databaseUrl }, visitors) {
      await mailServer.stop()
      await visitors.register()
      return async () => {
        await mailServer.start()
        // As the runbook says: not at the next attempt, which may be minutes away.
        await sql(databaseUrl, 'update outbox set available_at = now() where dead_at is null')
      }
    },
  },
  {
    alerts: ['RedisAway'],
    what: 'Redis is killed',
    break: ({ redis }) => kill(redis),
  },
  {
    alerts: ['HashQueueShedding'],
    what: `${crowdSize} people sign in at once, again and again`,
    async break(_stack, visitors) {
      return repeat(() => visitors.crowd(crowdSize))
    },
  },
  {
    alerts: ['EventLoopLag'],
    what: 'the process gets no CPU for 0.4 s at a time (SIGSTOP, SIGCONT)',
    async break({ auth }) {
      const { pid } = auth.process()
      return repeat(async () => {
        process.kill(pid, 'SIGSTOP')
        await delay(frozenMs)
        process.kill(pid, 'SIGCONT')
        await delay(runningMs)
      })
    },
  },
  {
    alerts: ['ErrorBudgetBurnFast', 'ErrorBudgetBurnSlow', 'ErrorTrickle'],
    what: 'PostgreSQL is killed',
    break: ({ postgres }) => kill(postgres),
  },
  {
    alerts: ['ServiceDown', 'TargetDown'],
    what: 'auth is killed',
    break: ({ auth }) => kill(auth),
  },
]

/** kill -9; mended by a start. */
async function kill({ process, start }: Breakable): Promise<() => Promise<void>> {
  process().kill()
  await process().exited
  return start
}

/** Does it again and again until it is mended. */
function repeat(action: () => Promise<void>): () => Promise<void> {
  const mended = new AbortController()
  const repeating = (async () => {
    while (!mended.signal.aborted) await action()
  })()
  return async () => {
    mended.abort()
    await repeating
  }
}

async function sql(url: string, statement: string): Promise<void> {
  const client = new Client(url)
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
