import { randomUUID } from 'node:crypto'
import { createSealer } from '@fondasi/outbox'
import { type Drill, kill, redisCommand, sql, type WatchedApp } from '../drill.ts'
import { drillKey } from '../service-process.ts'

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

/** Adds an endpoint whose deliveries have failed for six days, and a delivery to it. Its name cannot be resolved. */
async function failDelivery(databaseUrl: string): Promise<void> {
  const endpointId = randomUUID()
  const secret = createSealer(drillKey).seal({ secret: 'whsec_ZHJpbGxkcmlsbGRyaWxsZHJpbGw=' }, endpointId)
  const type = 'order.paid'
  const event = { endpointId, eventId: 'evt_drill', type, timestamp: new Date().toISOString(), data: {} }
  await sql(
    databaseUrl,
    `insert into webhook_endpoint (id, tenant, url, events, secret, failing_since) values
       ('${endpointId}', 'main', 'https://webhooks.invalid', '{${type}}', '\\x${secret.toString('hex')}', now() - interval '6 days');
     insert into job (tenant, kind, queue, payload) values
       ('main', 'webhook.deliver', 'webhooks', '${JSON.stringify(event)}')`,
  )
}

const discardDeadLetters = "update dead set status = 'discarded' where status = 'open'"

const drills: readonly Drill[] = [
  {
    alerts: ['JobsDead'],
    what: 'a mail lacks the link that its template needs',
    async break({ serviceOf }) {
      const { databaseUrl } = serviceOf('jobs')
      await enqueueMail(databaseUrl, hopeless)
      return () => sql(databaseUrl, discardDeadLetters)
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
  {
    alerts: ['JobsNotConsumed'],
    what: 'BullMQ gives no job of the mail queue to a worker: the concurrency in Redis is 0',
    async break({ redis, serviceOf }) {
      const meta = 'jobs:{queues}:mail:meta'
      await redisCommand(redis.port, `HSET ${meta} concurrency 0`)
      return async () => {
        await redisCommand(redis.port, `HDEL ${meta} concurrency`)
        const start = await kill(serviceOf('jobs-worker'))
        await start()
      }
    },
  },
  {
    alerts: ['JobsRedisFull'],
    what: 'Redis may use little more memory than it uses',
    async break({ redis: { port } }) {
      const info = await redisCommand(port, 'INFO memory')
      const used = Number(/^used_memory:(\d+)/m.exec(info)?.[1])
      await redisCommand(port, `CONFIG SET maxmemory ${Math.round(used * 1.25)}`)
      return async () => void (await redisCommand(port, 'CONFIG SET maxmemory 1gb'))
    },
  },
  {
    alerts: ['WebhookEndpointDisabled'],
    what: 'a webhook endpoint that has failed for six days cannot be reached',
    async break({ serviceOf }) {
      const { databaseUrl } = serviceOf('jobs')
      await failDelivery(databaseUrl)
      const enable =
        "update webhook_endpoint set state = 'enabled', disabled_reason = null, failing_since = null"
      return () => sql(databaseUrl, `${enable}; ${discardDeadLetters}`)
    },
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
