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
import { priceList, priceListFields, priceListParams } from './schemas.ts'
import type { PriceListService } from './service.ts'

interface PriceListDeps {
  access: Access
  cursors: CursorCodec
  priceLists: PriceListService
}

export async function registerPriceLists(
  app: Service,
  { access, cursors, priceLists }: PriceListDeps,
): Promise<void> {
  const onRequest = access.requirePermission('products:write')
  const tags = ['price lists']
  const writing = { tags, params: priceListParams, security: [{ bearer: [] }] }

  app.get(
    '/price-lists',
    {
      schema: {
        tags,
        operationId: 'listPriceLists',
        summary: 'List price lists, ordered by name',
        querystring: listQuery,
        response: { 200: pageOfItems(priceList), 304: emptyBody, ...problemResponses(400, 429) },
      },
    },
    (request, reply) =>
      readPage({
        reply,
        cursors,
        list: 'price-lists',
        query: request.query,
        read: (range) => priceLists.list(range),
        keyOf: (row) => row.name,
        toItem: (row) => row,
      }),
  )

  app.put(
    '/price-lists/:name',
    {
      onRequest,
      schema: {
        ...writing,
        operationId: 'replacePriceList',
        summary: 'Create a price list',
        description:
          'A list keeps its currency. The first list of a currency is the one whose prices lists of products use.',
        body: priceListFields,
        response: { 200: priceList, ...problemResponses(400, 401, 403, 409, 413, 415, 429) },
      },
    },
    (request) => priceLists.write(request.params.name, request.body.currency, changedBy(request)),
  )

  app.delete(
    '/price-lists/:name',
    {
      onRequest,
      schema: {
        ...writing,
        operationId: 'deletePriceList',
        summary: 'Delete a price list that has no prices',
        response: {
          204: emptyBody.meta({ description: 'Deleted' }),
          ...problemResponses(400, 401, 403, 404, 409, 429),
        },
      },
    },
    async (request, reply) => {
      await priceLists.delete(request.params.name, changedBy(request))
      return reply.code(204).send()
    },
  )
}
