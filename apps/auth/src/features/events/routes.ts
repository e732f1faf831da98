import type { Access } from '@fondasi/access'
import { type CursorCodec, problemResponses, readPage, type Service } from '@fondasi/service'
import { eventPage, eventsQuery } from './schemas.ts'
import type { EventService } from './service.ts'

export interface EventRoutesDeps {
  access: Access
  cursors: CursorCodec
  events: EventService
}

export async function registerEvents(
  app: Service,
  { access, cursors, events }: EventRoutesDeps,
): Promise<void> {
  app.get(
    '/admin/events',
    {
      onRequest: access.requirePermission('users:admin'),
      schema: {
        tags: ['events'],
        operationId: 'listSecurityEvents',
        summary: 'List security events, newest first',
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
