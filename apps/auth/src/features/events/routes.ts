import { problemResponses, readPage, type Service } from '@fondasi/service'
import type { FeatureDeps } from '../../app.ts'
import { eventPage, eventsQuery } from './schemas.ts'

export async function registerEvents(app: Service, { access, cursors, events }: FeatureDeps): Promise<void> {
  app.get(
    '/admin/events',
    {
      onRequest: access.requirePermission('users:admin'),
      schema: {
        tags: ['events'],
        summary: 'Security events, newest first',
        security: [{ bearer: [] }],
        querystring: eventsQuery,
        response: { 200: eventPage, ...problemResponses(400, 401, 403, 429) },
      },
    },
    (request, reply) => {
      const { actor, action } = request.query
      return readPage({
        reply,
        cursors,
        list: `events:${actor ?? ''}:${action ?? ''}`,
        query: request.query,
        read: (range) => events.list({ actorId: actor, action, ...range }),
        keyOf: (row) => row.id,
        toItem: (row) => row,
      })
    },
  )
}
