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
import { attribute, attributeFields, attributeParams } from './schemas.ts'
import type { AttributeService } from './service.ts'

interface AttributeDeps {
  access: Access
  cursors: CursorCodec
  attributes: AttributeService
}

export async function registerAttributes(
  app: Service,
  { access, cursors, attributes }: AttributeDeps,
): Promise<void> {
  const onRequest = access.requirePermission('products:write')
  const tags = ['attributes']
  const writing = { tags, params: attributeParams, security: [{ bearer: [] }] }

  app.get(
    '/attributes',
    {
      schema: {
        tags,
        operationId: 'listAttributes',
        summary: 'List the attributes that products may have, ordered by name',
        querystring: listQuery,
        response: { 200: pageOfItems(attribute), 304: emptyBody, ...problemResponses(400, 429) },
      },
    },
    (request, reply) =>
      readPage({
        reply,
        cursors,
        list: 'attributes',
        query: request.query,
        read: (range) => attributes.list(range),
        keyOf: (row) => row.name,
        toItem: (row) => row,
      }),
  )

  app.put(
    '/attributes/:name',
    {
      onRequest,
      schema: {
        ...writing,
        operationId: 'replaceAttribute',
        summary: 'Declare an attribute, or change its declaration',
        description: 'The type of an attribute that products have stays.',
        body: attributeFields,
        response: { 200: attribute, ...problemResponses(400, 401, 403, 409, 413, 415, 429) },
      },
    },
    (request) => attributes.write(request.params.name, request.body, changedBy(request)),
  )

  app.delete(
    '/attributes/:name',
    {
      onRequest,
      schema: {
        ...writing,
        operationId: 'deleteAttribute',
        summary: 'Delete an attribute that no product has',
        response: {
          204: emptyBody.meta({ description: 'Deleted' }),
          ...problemResponses(400, 401, 403, 404, 409, 429),
        },
      },
    },
    async (request, reply) => {
      await attributes.delete(request.params.name, changedBy(request))
      return reply.code(204).send()
    },
  )
}
