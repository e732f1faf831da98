import { repeat, sql, type WatchedApp } from '../drill.ts'
import { createVisitors } from './visitors.ts'

/** More logins than the hash queue of a small machine takes in two seconds. */
const crowdSize = 400

export const watchedAuth: WatchedApp = {
  seedArguments: [],
  visitor: (url) => {
    const visitors = createVisitors(url)
    return () => visitors.visit()
  },
  drills: [
    {
      alerts: ['RefreshReuse'],
      what: 'a stolen refresh token is used after its successor',
      async break({ serviceOf }) {
        await createVisitors(serviceOf('auth').url).stealSession()
        return async () => undefined
      },
    },
    {
      alerts: ['OutboxLate'],
      what: 'somebody registers while the mail server is down',
      async break({ mailServer, serviceOf }) {
        const { url, databaseUrl } = serviceOf('auth')
        await mailServer.stop()
        await createVisitors(url).register()
        return async () => {
          await mailServer.start()
          // As the runbook says: retry now, since the next attempt may be minutes away.
          await sql(databaseUrl, 'update outbox set available_at = now() where dead_at is null')
        }
      },
    },
    {
      alerts: ['HashQueueShedding'],
      what: `${crowdSize} people sign in at once, repeatedly`,
      async break({ serviceOf }) {
        const visitors = createVisitors(serviceOf('auth').url)
        return repeat(() => visitors.crowd(crowdSize))
      },
    },
  ],
}
