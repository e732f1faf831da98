import type { Db } from '@fondasi/postgres'
import { emptyBody, pageOfItems, problemResponses, queryInteger, type Service } from '@fondasi/service'
import { z } from 'zod'
import { problem } from '../../errors.ts'
import { answerCached } from '../cache/answer.ts'
import type { Cache } from '../cache/service.ts'
import { currency } from '../products/money.ts'
import { findListed } from '../products/repository.ts'
import { listedProduct, productParams } from '../products/schemas.ts'
import { findRelated } from './repository.ts'

const relatedQuery = z.strictObject({
  currency: currency.default('IDR'),
  limit: queryInteger({ min: 1, max: 24 }).prefault(12).meta({ example: 12 }),
})
const relatedProducts = pageOfItems(listedProduct)

export async function registerRelated(app: Service, { cache, db }: { cache: Cache; db: Db }): Promise<void> {
  app.get(
    '/products/:id/related',
    {
      schema: {
        tags: ['related products'],
        operationId: 'listRelatedProducts',
        summary: 'List products of the same category or brand: popular ones of a similar price',
        description: 'One page; `limit` says how many.',
        params: productParams,
        querystring: relatedQuery,
        response: { 200: relatedProducts, 304: emptyBody, ...problemResponses(400, 404, 429, 503) },
      },
    },
    (request, reply) =>
      answerCached(cache, request, reply, {
        schema: relatedProducts,
        async compute() {
          const ids = await findRelated(db, request.params.id, request.query)
          if (!ids) throw problem('product_not_found')
          const items = await findListed(db, ids, { currency: request.query.currency })
          return { items, page: { next: null, prev: null } }
        },
      }),
  )
}
