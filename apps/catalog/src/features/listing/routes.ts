import { type CursorCodec, emptyBody, findPage, problemResponses, type Service } from '@fondasi/service'
import { answerCached } from '../cache/answer.ts'
import type { Cache } from '../cache/service.ts'
import type { ProductService } from '../products/service.ts'
import { productPage, productQuery } from './schemas.ts'
import type { ListingService } from './service.ts'
import { positionKey } from './sort-position.ts'

interface ListingDeps {
  cache: Cache
  cursors: CursorCodec
  listing: ListingService
  products: ProductService
}

export async function registerListing(
  app: Service,
  { cache, cursors, listing, products }: ListingDeps,
): Promise<void> {
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
          const list = listing.browse(filters, sort)
          const listName = `products:${JSON.stringify([sort, filters])}`
          // A cursor that is not good is refused before anything is counted.
          cursors.decode(listName, cursor)
          const { reading, ...counts } = await listing.survey(list, withFacets)
          const { items, page } = await findPage({
            cursors,
            list: listName,
            query: { limit, cursor },
            read: (range) => listing.read(list, reading, range),
            keyOf: positionKey,
            toItem: ({ id }) => id,
          })
          return { items: await products.listed(items, filters.currency), page, ...counts }
        },
      }),
  )
}
