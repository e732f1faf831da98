import { problemResponses, type Service } from '@fondasi/service'
import type { FeatureDeps } from '../../app.ts'
import { feedPage, feedQuery } from './schemas.ts'

export async function registerRevocations(app: Service, { access, revocations }: FeatureDeps): Promise<void> {
  app.get(
    '/revocations',
    {
      onRequest: access.requireService,
      schema: {
        tags: ['revocations'],
        summary: 'What was revoked, in commit order: for processes that verify tokens themselves',
        security: [{ bearer: [] }],
        querystring: feedQuery,
        response: { 200: feedPage, ...problemResponses(400, 401, 403, 429) },
      },
    },
    (request) => revocations.read(request.query.after),
  )
}
