import { listQuery, pageOfItems, problemResponses, readPage, type Service, uuid } from '@fondasi/service'
import { z } from 'zod'
import type { FeatureDeps } from '../../app.ts'
import { createBrandService } from './service.ts'

const brand = z.object({ id: uuid(), name: z.string().meta({ example: 'Senja' }) }).meta({ id: 'Brand' })

export async function registerBrands(app: Service, { db, cursors }: FeatureDeps): Promise<void> {
  const brands = createBrandService({ db })
  app.get(
    '/brands',
    {
      schema: {
        tags: ['brands'],
        summary: 'Brands by name',
        description: 'A brand comes into being with the first product that names it.',
        querystring: listQuery,
        response: { 200: pageOfItems(brand), ...problemResponses(400, 429) },
      },
    },
    (request, reply) =>
      readPage({
        reply,
        cursors,
        list: 'brands',
        query: request.query,
        read: (range) => brands.list(range),
        keyOf: (row) => row.nameKey ?? '',
        toItem: (row) => row,
      }),
  )
}
