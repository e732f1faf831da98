import { emptyBody, problemResponses, type Service } from '@fondasi/service'
import type { FeatureDeps } from '../../app.ts'
import { searchIndexState } from './schemas.ts'
import { createSearchIndex } from './service.ts'

export async function registerSearchIndex(app: Service, deps: FeatureDeps): Promise<void> {
  const { access, log } = deps
  const searchIndex = createSearchIndex(deps)
  const onRequest = access.requirePermission('products:write')
  const common = { tags: ['search index'], security: [{ bearer: [] }] }

  app.get(
    '/search-index',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'How old vocabulary, spelling table and tiers are',
        response: { 200: searchIndexState, ...problemResponses(401, 403, 429) },
      },
    },
    () => searchIndex.read(),
  )

  app.post(
    '/search-index/refresh',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Count vocabulary, spelling table and tiers anew, in the background',
        response: { 202: emptyBody, ...problemResponses(401, 403, 429) },
      },
    },
    async (_request, reply) => {
      searchIndex.refresh().catch((error: unknown) => log.warn({ err: error }, 'the refresh failed'))
      return reply.code(202).send()
    },
  )
}
