import type { Db } from '@fondasi/postgres'
import { type CursorCodec, emptyBody, findPage, problemResponses, type Service } from '@fondasi/service'
import { answerCached } from '../cache/answer.ts'
import type { Cache } from '../cache/service.ts'
import { findListed } from '../products/repository.ts'
import { positionKey, readSorted } from './repository.ts'
import { isByPrice, productPage, productQuery } from './schemas.ts'
import { survey } from './service.ts'

interface ListingDeps {
  cache: Cache
  cursors: CursorCodec
  db: Db
}

export async function registerListing(app: Service, { cache, cursors, db }: ListingDeps): Promise<void> {
  app.get(
    '/products',
    {
      schema: {
        tags: ['products'],
        operationId: 'listProducts',
        summary: 'List products, filtered and sorted',
        querystring: productQuery,
        response: { 200: productPage, 304: emptyBody, ...problemResponses(400, 429, 503) },
      },
    },
    (request, reply) =>
      answerCached(cache, request, reply, {
        schema: productPage,
        async compute() {
          const { limit, cursor, facets: withFacets, sort, ...filters } = request.query
          const list = { filters, sort, isPriced: isByPrice(sort) }
          const listName = `products:${JSON.stringify([sort, filters])}`
          // Refuse an invalid cursor before counting anything.
          cursors.decode(listName, cursor)
          const { reading, ...counts } = await survey(db, list, withFacets)
          const { items, page } = await findPage({
            cursors,
            list: listName,
            query: { limit, cursor },
            read: (range) => readSorted(db, list, reading, range),
            keyOf: positionKey,
            toItem: ({ id }) => id,
          })
          return { items: await findListed(db, items, filters), page, ...counts }
        },
      }),
  )
}
