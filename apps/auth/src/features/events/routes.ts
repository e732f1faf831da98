import { pageOf, problemResponses, type Service } from '@fondasi/service'
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
    async (request) => {
      const { limit, cursor, actor, action } = request.query
      const list = `events:${actor ?? ''}:${action ?? ''}`
      const position = cursors.decode(list, cursor)
      const boundary = position?.key[0]
      const rows = await events.list({
        actorId: actor,
        action,
        limit: limit + 1,
        ...(position?.direction === 'prev' ? { before: boundary } : { after: boundary }),
      })
      return pageOf({
        rows,
        limit,
        position,
        keyOf: (row) => [row.id],
        toItem: (row) => row,
        encode: (next) => cursors.encode(list, next),
      })
    },
  )
}
