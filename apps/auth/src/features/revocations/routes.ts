import type { Access } from '@fondasi/access'
import { problemResponses, type Service } from '@fondasi/service'
import { feedPage, feedQuery } from './schemas.ts'
import type { Revocations } from './service.ts'

export interface RevocationRoutesDeps {
  access: Access
  revocations: Revocations
}

export async function registerRevocations(
  app: Service,
  { access, revocations }: RevocationRoutesDeps,
): Promise<void> {
  app.get(
    '/revocations',
    {
      onRequest: access.requireService,
      schema: {
        tags: ['revocations'],
        operationId: 'listRevocations',
        summary: 'List revocations in commit order, for services that verify tokens themselves',
        security: [{ bearer: [] }],
        querystring: feedQuery,
        response: { 200: feedPage, ...problemResponses(400, 401, 403, 429) },
      },
    },
    (request) => revocations.read(request.query.after),
  )
}
