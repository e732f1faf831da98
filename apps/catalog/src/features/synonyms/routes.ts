import { emptyBody, listQuery, pageOfItems, problemResponses, readPage, type Service } from '@fondasi/service'
import type { FeatureDeps } from '../../app.ts'
import { changedBy } from '../events/changed-by.ts'
import { synonym, synonymFields, synonymParams } from './schemas.ts'
import { createSynonymService } from './service.ts'

export async function registerSynonyms(app: Service, deps: FeatureDeps): Promise<void> {
  const { access, cursors } = deps
  const synonyms = createSynonymService(deps)
  const onRequest = access.requirePermission('products:write')
  const common = { tags: ['synonyms'], security: [{ bearer: [] }] }

  app.get(
    '/synonyms',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Synonyms by term',
        description:
          'Whoever types the term means its replacements, too. The other way round is a synonym of its own.',
        querystring: listQuery,
        response: { 200: pageOfItems(synonym), ...problemResponses(400, 401, 403, 429) },
      },
    },
    (request, reply) =>
      readPage({
        reply,
        cursors,
        list: 'synonyms',
        query: request.query,
        read: (range) => synonyms.list(range),
        keyOf: (row) => row.term,
        toItem: (row) => row,
      }),
  )

  app.put(
    '/synonyms/:id',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Make a synonym under an id of your own, or replace it',
        params: synonymParams,
        body: synonymFields,
        response: { 200: synonym, ...problemResponses(400, 401, 403, 409, 413, 415, 429) },
      },
    },
    (request) => synonyms.write(request.params.id, request.body, changedBy(request)),
  )

  app.delete(
    '/synonyms/:id',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Delete a synonym',
        params: synonymParams,
        response: {
          204: emptyBody.meta({ description: 'Deleted' }),
          ...problemResponses(400, 401, 403, 404, 429),
        },
      },
    },
    async (request, reply) => {
      await synonyms.delete(request.params.id, changedBy(request))
      return reply.code(204).send()
    },
  )
}
