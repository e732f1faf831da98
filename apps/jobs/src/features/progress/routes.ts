import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import type { Access } from '@fondasi/access'
import { problemResponses, type Service } from '@fondasi/service'
import { z } from 'zod'
import { problem } from '../../errors.ts'
import { jobParams } from '../jobs/schemas.ts'
import type { JobService } from '../jobs/service.ts'
import { jobEvents } from './job-events.ts'
import { createOpenStreams } from './open-streams.ts'

interface ProgressDeps {
  access: Access
  jobs: Pick<JobService, 'progress'>
  maxStreams: number
}

/** Often enough for a person who watches. Each open stream costs one query and two Redis commands per read. */
const readEveryMs = 1_000

const resumeHeaders = z.looseObject({
  'last-event-id': z.string().max(64).optional().meta({
    description: 'The `id` of the last event that you have received',
    example: 'pZGm1Av0IEBKARcz',
  }),
})

/** Only describes the body: streams are sent without serialisation. */
const eventStream = z.custom<Readable>().meta({
  type: 'string',
  description:
    'Server-sent events named `job`. The data is JSON: state, activity, progress, failedAttempts, runAt and finishedAt, as in GET /v1/jobs/{id}',
  example:
    'id: pZGm1Av0IEBKARcz\nevent: job\ndata: {"state":"queued","activity":"active","progress":40,"failedAttempts":0,"runAt":"2026-11-21T09:30:00.000Z","finishedAt":null}\n\n',
})

/** The state of one job as a stream. */
export async function registerProgress(app: Service, deps: ProgressDeps): Promise<void> {
  const { access, jobs } = deps
  const streams = createOpenStreams(deps.maxStreams)
  app.addHook('preClose', async () => streams.endAll())
  const mayRead = access.requirePermission('jobs:read')

  app.get(
    '/jobs/:id/events',
    {
      onRequest: mayRead,
      schema: {
        tags: ['jobs'],
        operationId: 'followJob',
        summary: 'Follow a job as server-sent events',
        description:
          'Sends the present state at once, and then every change; the server looks once a second. The stream ends after the final state, when the token expires or is revoked, and when the server shuts down. If it ended before the final state, reconnect with `Last-Event-ID`.',
        security: [{ bearer: [] }],
        headers: resumeHeaders,
        params: jobParams,
        response: {
          200: { description: 'The events', content: { 'text/event-stream': { schema: eventStream } } },
          ...problemResponses(400, 401, 403, 404, 429, 503),
        },
      },
    },
    async (request, reply) => {
      const { tenant } = request.principal
      const { id } = request.params
      if ((await jobs.progress(tenant, id)) === undefined) throw problem('job_not_found')
      if (streams.isFull()) throw problem('too_many_streams', { headers: { 'retry-after': '10' } })
      const signal = streams.add(reply.raw)

      const mayStillRead = () =>
        mayRead(request, reply).then(
          () => true,
          () => false,
        )
      const events = jobEvents({
        // After the end of the stream, the next request of the client gets the reason.
        read: async () => ((await mayStillRead()) ? jobs.progress(tenant, id) : undefined),
        pause: () => delay(readEveryMs, true, { signal }).catch(() => false),
        lastEventId: request.headers['last-event-id'],
      })
      return reply.type('text/event-stream').header('cache-control', 'no-store').send(Readable.from(events))
    },
  )
}
