import { emptyBody, problemResponses, type Service } from '@fondasi/service'
import type { FastifyReply } from 'fastify'
import type { FeatureDeps } from '../../app.ts'
import { changedBy } from '../events/changed-by.ts'
import { etag, ifMatchHeaders, requireIfMatch } from '../versions/if-match.ts'
import {
  createHeaders,
  newProduct,
  type Product,
  product,
  productFields,
  productParams,
  productPatch,
} from './schemas.ts'

export async function registerProducts(
  app: Service,
  { access, config, products }: FeatureDeps,
): Promise<void> {
  const tags = ['products']
  const onRequest = access.requirePermission('products:write')
  const writing = { tags, security: [{ bearer: [] }] }
  const changing = { ...writing, params: productParams, headers: ifMatchHeaders }
  const changeFailures = problemResponses(400, 401, 403, 404, 412, 413, 415, 422, 428, 429)

  app.get(
    '/products/:id',
    {
      schema: {
        tags,
        summary: 'One product with its SKUs and prices',
        params: productParams,
        response: { 200: product, 304: emptyBody, ...problemResponses(400, 404, 429) },
      },
    },
    async (request, reply) => tagged(reply, await products.read(request.params.id)),
  )

  app.post(
    '/products',
    {
      onRequest,
      schema: {
        ...writing,
        summary: 'Make a product with its SKUs',
        description: 'Search finds it as soon as it is answered. A new name of a brand makes a brand.',
        headers: createHeaders,
        body: newProduct,
        response: { 201: product, ...problemResponses(400, 401, 403, 409, 413, 415, 422, 429) },
      },
    },
    async (request, reply) => {
      const key = request.headers['idempotency-key']
      const made = await products.create(request.body, key, changedBy(request))
      return reply
        .code(201)
        .headers({ location: `${config.PUBLIC_URL}/v1/products/${made.id}`, etag: etag(made.version) })
        .send(made)
    },
  )

  app.put(
    '/products/:id',
    {
      onRequest,
      schema: {
        ...changing,
        summary: 'Replace what a product says of itself; its SKUs stay',
        body: productFields,
        response: { 200: product, ...changeFailures },
      },
    },
    async (request, reply) => {
      const condition = requireIfMatch(request.headers['if-match'])
      const { id } = request.params
      return tagged(reply, await products.replace(id, request.body, condition, changedBy(request)))
    },
  )

  app.patch(
    '/products/:id',
    {
      onRequest,
      schema: {
        ...changing,
        summary: 'Change some of a product (JSON Merge Patch)',
        body: productPatch,
        response: { 200: product, ...changeFailures },
      },
    },
    async (request, reply) => {
      const condition = requireIfMatch(request.headers['if-match'])
      const { id } = request.params
      return tagged(reply, await products.patch(id, request.body, condition, changedBy(request)))
    },
  )

  app.delete(
    '/products/:id',
    {
      onRequest,
      schema: {
        ...changing,
        summary: 'Delete a product with its SKUs',
        description: 'From then on it answers like one that never was, and its SKUs are free.',
        response: {
          204: emptyBody.meta({ description: 'Deleted' }),
          ...problemResponses(400, 401, 403, 404, 412, 428, 429),
        },
      },
    },
    async (request, reply) => {
      const condition = requireIfMatch(request.headers['if-match'])
      await products.delete(request.params.id, condition, changedBy(request))
      return reply.code(204).send()
    },
  )
}

function tagged(reply: FastifyReply, product: Product): Product {
  reply.header('etag', etag(product.version))
  return product
}
