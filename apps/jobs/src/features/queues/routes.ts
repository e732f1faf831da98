import type { Access } from '@fondasi/access'
import { problemResponses, type Service } from '@fondasi/service'
import { z } from 'zod'
import { changedBy } from '../events/changed-by.ts'
import { pauseBody, queueParams, queueState } from './schemas.ts'
import type { QueueService } from './service.ts'

export async function registerQueues(
  app: Service,
  { access, queueService }: { access: Access; queueService: QueueService },
): Promise<void> {
  const about = { tags: ['queues'], security: [{ bearer: [] }] }
  const writing = { onRequest: access.requirePermission('jobs:write') }

  app.get(
    '/queues',
    {
      onRequest: access.requirePermission('jobs:read'),
      schema: {
        ...about,
        operationId: 'listQueues',
        summary: 'List the queues with the numbers of their jobs',
        response: { 200: z.object({ items: z.array(queueState) }), ...problemResponses(401, 403, 429) },
      },
    },
    async () => ({ items: await queueService.list() }),
  )

  app.post(
    '/queues/:queue/pause',
    {
      ...writing,
      schema: {
        ...about,
        operationId: 'pauseQueue',
        summary: 'Pause a queue',
        description: 'No process starts jobs of this queue until you resume it. Runs in progress continue.',
        params: queueParams,
        body: pauseBody,
        response: { 200: queueState, ...problemResponses(400, 401, 403, 404, 413, 415, 429) },
      },
    },
    (request) => queueService.pause(request.params.queue, request.body.reason, changedBy(request)),
  )

  app.post(
    '/queues/:queue/resume',
    {
      ...writing,
      schema: {
        ...about,
        operationId: 'resumeQueue',
        summary: 'Resume a queue',
        params: queueParams,
        response: { 200: queueState, ...problemResponses(400, 401, 403, 404, 429) },
      },
    },
    (request) => queueService.resume(request.params.queue, changedBy(request)),
  )
}
