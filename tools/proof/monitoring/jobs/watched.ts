import { type Drill, kill, sql, type WatchedApp } from '../drill.ts'

const digest = JSON.stringify({
  to: 'reader@fondasi.test',
  template: 'digest',
  values: { title: 'Drill', items: [{ title: 'One job', url: 'https://shop.example/jobs' }] },
})
/** Without the secret link that this template needs. */
const hopeless = JSON.stringify({ to: 'reader@fondasi.test', template: 'reset_password' })

/** Enqueues a mail as a SQL producer does: no token is needed. */
const enqueueMail = (databaseUrl: string, payload: string, runAt = 'now()') =>
  sql(
    databaseUrl,
    `insert into job (tenant, kind, queue, payload, run_at) values ('main', 'mail.send', 'mail', '${payload}', ${runAt})`,
  )

const drills: readonly Drill[] = [
  {
    alerts: ['JobsDead'],
    what: 'a mail lacks the link that its template needs',
    async break({ serviceOf }) {
      const { databaseUrl } = serviceOf('jobs')
      await enqueueMail(databaseUrl, hopeless)
      return () => sql(databaseUrl, "update dead set status = 'discarded' where status = 'open'")
    },
  },
  {
    alerts: ['JobsQueuePaused', 'JobsLate'],
    what: 'the mail queue is paused, and a mail is due since an hour ago',
    async break({ serviceOf }) {
      const { databaseUrl } = serviceOf('jobs')
      await sql(
        databaseUrl,
        "insert into queue (name, paused_at, paused_by, reason) values ('mail', now(), 'user:drill', 'drill')",
      )
      await enqueueMail(databaseUrl, digest, "now() - interval '1 hour'")
      return () => sql(databaseUrl, "delete from queue where name = 'mail'")
    },
  },
  {
    alerts: ['JobsWorkerDown'],
    what: 'the worker is killed',
    break: ({ serviceOf }) => kill(serviceOf('jobs-worker')),
  },
]

export const watchedJobs: WatchedApp = {
  seedArguments: [],
  visitor: (url, databaseUrl) => async () => {
    // Refused without a token, which counts as a request.
    await (await fetch(`${url}/v1/queues`)).body?.cancel()
    await enqueueMail(databaseUrl, digest)
  },
  drills,
}
