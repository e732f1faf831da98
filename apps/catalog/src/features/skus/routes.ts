import type { Access } from '@fondasi/access'
import { emptyBody, problemResponses, replayedHeader, type Service } from '@fondasi/service'
import { changedBy } from '../events/changed-by.ts'
import { createHeaders, product, productParams } from '../products/schemas.ts'
import { etag, ifMatchHeaders, readIfMatch, tagged } from '../versions/if-match.ts'
import * as schemas from './schemas.ts'
import type { SkuService } from './service.ts'

interface SkuDeps {
  access: Access
  publicUrl: string
  skus: SkuService
}

export async function registerSkus(app: Service, { access, publicUrl, skus }: SkuDeps): Promise<void> {
  const onRequest = access.requirePermission('products:write')
  const tags = ['skus']
  const common = { tags, security: [{ bearer: [] }], headers: ifMatchHeaders }

  app.get(
    '/products/by-sku/:sku',
    {
      schema: {
        tags,
        operationId: 'getProductBySku',
        summary: 'Read the product that has a SKU, in any written form',
        params: schemas.skuParams,
        response: { 200: product, 304: emptyBody, ...problemResponses(400, 404, 409, 429) },
      },
    },
    async (request, reply) => tagged(reply, await skus.find(request.params.sku)),
  )

  app.post(
    '/products/:id/skus',
    {
      onRequest,
      schema: {
        ...common,
        operationId: 'createSku',
        summary: 'Add a SKU to a product',
        params: productParams,
        body: schemas.newSku,
        response: {
          201: product,
          ...problemResponses(400, 401, 403, 404, 409, 412, 413, 415, 422, 429),
        },
      },
    },
    async (request, reply) => {
      const condition = readIfMatch(request.headers['if-match'])
      const changed = await skus.add(request.params.id, request.body, condition, changedBy(request))
      const location = `${publicUrl}/v1/products/by-sku/${encodeURIComponent(request.body.sku)}`
      return reply
        .code(201)
        .headers({ location, etag: etag(changed.version) })
        .send(changed)
    },
  )

  app.put(
    '/products/:id/skus/:sku',
    {
      onRequest,
      schema: {
        ...common,
        operationId: 'replaceSku',
        summary: 'Replace the fields of a SKU: stock, prices, codes, options',
        description: 'If-Match is optional, because stock changes all day.',
        params: schemas.productSkuParams,
        body: schemas.skuFields,
        response: { 200: product, ...problemResponses(400, 401, 403, 404, 409, 412, 413, 415, 422, 429) },
      },
    },
    async (request, reply) => {
      const condition = readIfMatch(request.headers['if-match'])
      return tagged(reply, await skus.replace(request.params, request.body, condition, changedBy(request)))
    },
  )

  app.patch(
    '/products/:id/skus/:sku',
    {
      onRequest,
      schema: {
        ...common,
        operationId: 'updateSku',
        summary: 'Change some fields of a SKU (JSON Merge Patch)',
        params: schemas.productSkuParams,
        body: schemas.skuPatch,
        response: { 200: product, ...problemResponses(400, 401, 403, 404, 409, 412, 413, 415, 422, 429) },
      },
    },
    async (request, reply) => {
      const condition = readIfMatch(request.headers['if-match'])
      return tagged(reply, await skus.patch(request.params, request.body, condition, changedBy(request)))
    },
  )

  app.post(
    '/products/:id/skus/:sku/stock',
    {
      onRequest,
      schema: {
        ...common,
        operationId: 'changeStock',
        summary: 'Add to the stock of a SKU, or take from it',
        description:
          'The stock never falls below 0: of many requests at once, only as many succeed as there are units. Send an Idempotency-Key, so that a repeated request counts once.',
        params: schemas.productSkuParams,
        headers: createHeaders,
        body: schemas.stockChange,
        response: { 200: product, ...problemResponses(400, 401, 403, 404, 409, 413, 415, 422, 429) },
      },
    },
    async (request, reply) => {
      const key = request.headers['idempotency-key']
      const { delta } = request.body
      const { result, replayed } = await skus.changeStock(request.params, delta, key, changedBy(request))
      reply.headers(replayedHeader(replayed))
      return tagged(reply, result)
    },
  )

  app.delete(
    '/products/:id/skus/:sku',
    {
      onRequest,
      schema: {
        ...common,
        operationId: 'deleteSku',
        summary: 'Delete a SKU of a product',
        params: schemas.productSkuParams,
        response: {
          204: emptyBody.meta({ description: 'Deleted' }),
          ...problemResponses(400, 401, 403, 404, 409, 412, 429),
        },
      },
    },
    async (request, reply) => {
      const condition = readIfMatch(request.headers['if-match'])
      const changed = await skus.delete(request.params, condition, changedBy(request))
      return reply.header('etag', etag(changed.version)).code(204).send()
    },
  )
}
