import type { Db } from '@fondasi/postgres'
import { problem } from '../../errors.ts'
import * as repository from './repository.ts'
import type { Currency, Product } from './schemas.ts'

export type ProductService = ReturnType<typeof createProductService>

/** Products, one at a time. */
export function createProductService({ db }: { db: Db }) {
  return {
    /** @throws `product_not_found` */
    async read(id: string): Promise<Product> {
      const product = await repository.findProduct(db, id)
      if (!product) throw problem('product_not_found')
      return product
    },

    /** Products as lists show them, in the order of `ids`; one that was deleted meanwhile is left out. */
    listed: (ids: readonly string[], currency: Currency) => repository.findListed(db, ids, currency),
  }
}
