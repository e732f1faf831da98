import type { Access } from '@fondasi/access'
import { emptyBody, problemResponses, type Service, timestamp } from '@fondasi/service'
import type { Logger } from 'pino'
import { z } from 'zod'
import type { SearchIndex } from './service.ts'

const searchIndexState = z
  .object({
    refreshedAt: timestamp().nullable(),
    durationMs: z.int().nullable().meta({ example: 420 }),
    products: z.int().meta({ example: 5_000 }),
    words: z.int().meta({ example: 7_300 }),
    isStale: z.boolean().meta({ description: 'Products have changed since the last refresh' }),
  })
  .meta({ id: 'SearchIndexState' })

interface SearchIndexDeps {
  access: Access
  log: Logger
  searchIndex: SearchIndex
}

export async function registerSearchIndex(
  app: Service,
  { access, log, searchIndex }: SearchIndexDeps,
): Promise<void> {
  const onRequest = access.requirePermission('products:write')
  const common = { tags: ['search index'], security: [{ bearer: [] }] }

  app.get(
    '/search-index',
    {
      onRequest,
      schema: {
        ...common,
        operationId: 'getSearchIndex',
        summary: 'Age and size of vocabulary, spelling table and tiers',
        response: { 200: searchIndexState, 304: emptyBody, ...problemResponses(401, 403, 429) },
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
        operationId: 'refreshSearchIndex',
        summary: 'Refresh vocabulary, spelling table and tiers in the background',
        response: { 202: emptyBody, ...problemResponses(401, 403, 429) },
      },
    },
    async (_request, reply) => {
      searchIndex
        .refresh()
        .catch((error: unknown) =>
          log.warn(
            { err: error },
            'failed to refresh the search index; the background job will try again when it is due',
          ),
        )
      return reply.code(202).send()
    },
  )
}
