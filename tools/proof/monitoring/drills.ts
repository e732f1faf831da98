import { setTimeout as delay } from 'node:timers/promises'
import { type Drill, kill, repeat, sql } from './drill.ts'
import { watchedApps } from './watched-apps.ts'

/** Longer than the threshold of EventLoopLag, with enough time between two freezes for a scrape. */
const frozenMs = 400
const runningMs = 100

/** Each drill breaks something as it breaks in production. A drill of an alert that every service has uses one service. */
export const drills: readonly Drill[] = [
  ...Object.values(watchedApps).flatMap((app) => app.drills),
  {
    alerts: ['OutboxDead'],
    what: 'a message has a topic without a handler',
    async break({ anyService: { databaseUrl } }) {
      await sql(
        databaseUrl,
        "insert into outbox (id, topic, payload) values (gen_random_uuid(), 'drill', '{}')",
      )
      return () => sql(databaseUrl, "delete from outbox where topic = 'drill'")
    },
  },
  {
    alerts: ['RedisAway'],
    what: 'Redis is killed',
    break: ({ redis }) => kill(redis),
  },
  {
    alerts: ['EventLoopLag'],
    what: 'the process gets no CPU for 0.4 s at a time (SIGSTOP, SIGCONT)',
    async break({ anyService }) {
      const { pid } = anyService.process()
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
    what: 'a service is killed',
    break: ({ anyService }) => kill(anyService),
  },
]
