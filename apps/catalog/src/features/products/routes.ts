import { emptyBody, problemResponses, type Service } from '@fondasi/service'
import type { FeatureDeps } from '../../app.ts'
import { product, productParams } from './schemas.ts'

export async function registerProducts(app: Service, { products }: FeatureDeps): Promise<void> {
  const tags = ['products']

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
    async (request, reply) => {
      const found = await products.read(request.params.id)
      reply.header('etag', `"${found.version}"`)
      return found
    },
  )
}
