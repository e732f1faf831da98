import type { Access } from '@fondasi/access'
import { emptyBody, problemResponses, replayedHeader, type Service } from '@fondasi/service'
import { changedBy } from '../events/changed-by.ts'
import { etag, ifMatchHeaders, requireIfMatch, tagged } from '../versions/if-match.ts'
import {
  createHeaders,
  newProduct,
  product,
  productFields,
  productParams,
  productPatch,
  slugParams,
} from './schemas.ts'
import type { ProductService } from './service.ts'

interface ProductDeps {
  access: Access
  products: ProductService
  publicUrl: string
}

export async function registerProducts(
  app: Service,
  { access, products, publicUrl }: ProductDeps,
): Promise<void> {
  const tags = ['products']
  const onRequest = access.requirePermission('products:write')
  const writing = { tags, security: [{ bearer: [] }] }
  const changing = { ...writing, params: productParams, headers: ifMatchHeaders }
  const changeFailures = problemResponses(400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 429)

  app.get(
    '/products/:id',
    {
      schema: {
        tags,
        operationId: 'getProduct',
        summary: 'Read a product with its SKUs and prices',
        params: productParams,
        response: { 200: product, 304: emptyBody, ...problemResponses(400, 404, 429) },
      },
    },
    async (request, reply) => tagged(reply, await products.read(request.params.id)),
  )

  app.get(
    '/products/by-slug/:slug',
    {
      schema: {
        tags,
        operationId: 'getProductBySlug',
        summary: 'Read a product by its slug',
        params: slugParams,
        response: { 200: product, 304: emptyBody, ...problemResponses(400, 404, 429) },
      },
    },
    async (request, reply) => tagged(reply, await products.readBySlug(request.params.slug)),
  )

  app.post(
    '/products',
    {
      onRequest,
      schema: {
        ...writing,
        operationId: 'createProduct',
        summary: 'Create a product with its SKUs',
        description:
          'Search finds the product as soon as this request has succeeded. A brand name that is new creates the brand.',
        headers: createHeaders,
        body: newProduct,
        response: { 201: product, ...problemResponses(400, 401, 403, 409, 413, 415, 422, 429) },
      },
    },
    async (request, reply) => {
      const key = request.headers['idempotency-key']
      const { result: created, replayed } = await products.create(request.body, key, changedBy(request))
      return reply
        .code(201)
        .headers({ location: `${publicUrl}/v1/products/${created.id}`, etag: etag(created.version) })
        .headers(replayedHeader(replayed))
        .send(created)
    },
  )

  app.put(
    '/products/:id',
    {
      onRequest,
      schema: {
        ...changing,
        operationId: 'replaceProduct',
        summary: 'Replace the fields of a product; its SKUs stay',
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
        operationId: 'updateProduct',
        summary: 'Change some fields of a product (JSON Merge Patch)',
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
        operationId: 'deleteProduct',
        summary: 'Delete a product with its SKUs',
        description:
          'Afterwards it is 404 like a product that never existed, and its SKUs and its slug are free for other products.',
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
