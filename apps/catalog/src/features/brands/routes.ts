import type { Db } from '@fondasi/postgres'
import {
  type CursorCodec,
  emptyBody,
  listQuery,
  pageOfItems,
  problemResponses,
  readPage,
  type Service,
  uuid,
} from '@fondasi/service'
import { z } from 'zod'
import { listBrands } from './repository.ts'

const brand = z.object({ id: uuid(), name: z.string().meta({ example: 'Senja' }) }).meta({ id: 'Brand' })

interface BrandDeps {
  db: Db
  cursors: CursorCodec
}

export async function registerBrands(app: Service, { db, cursors }: BrandDeps): Promise<void> {
  app.get(
    '/brands',
    {
      schema: {
        tags: ['brands'],
        operationId: 'listBrands',
        summary: 'List brands, ordered by name',
        description: 'The first product that names a brand creates it.',
        querystring: listQuery,
        response: { 200: pageOfItems(brand), 304: emptyBody, ...problemResponses(400, 429) },
      },
    },
    (request, reply) =>
      readPage({
        reply,
        cursors,
        list: 'brands',
        query: request.query,
        read: (range) => listBrands(db, range),
        keyOf: (row) => row.nameKey ?? '',
        toItem: (row) => row,
      }),
  )
}
