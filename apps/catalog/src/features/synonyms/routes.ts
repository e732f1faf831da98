import type { Access } from '@fondasi/access'
import {
  type CursorCodec,
  emptyBody,
  listQuery,
  pageOfItems,
  problemResponses,
  readPage,
  type Service,
} from '@fondasi/service'
import { changedBy } from '../events/changed-by.ts'
import { synonym, synonymFields, synonymParams } from './schemas.ts'
import type { SynonymService } from './service.ts'

interface SynonymDeps {
  access: Access
  cursors: CursorCodec
  synonyms: SynonymService
}

export async function registerSynonyms(
  app: Service,
  { access, cursors, synonyms }: SynonymDeps,
): Promise<void> {
  const onRequest = access.requirePermission('products:write')
  const common = { tags: ['synonyms'], security: [{ bearer: [] }] }

  app.get(
    '/synonyms',
    {
      onRequest,
      schema: {
        ...common,
        operationId: 'listSynonyms',
        summary: 'List synonyms, ordered by term',
        description:
          'A search for the term also finds its replacements. The opposite direction needs its own synonym.',
        querystring: listQuery,
        response: { 200: pageOfItems(synonym), 304: emptyBody, ...problemResponses(400, 401, 403, 429) },
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
        operationId: 'replaceSynonym',
        summary: 'Create a synonym under an id that you choose, or replace it',
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
        operationId: 'deleteSynonym',
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
