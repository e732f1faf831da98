import { isDeepStrictEqual } from 'node:util'
import type { Db, Tx } from '@fondasi/postgres'
import { problem } from '../../errors.ts'
import type { ChangedBy, Changes } from '../events/changes.ts'
import * as products from '../products/repository.ts'
import type { Product } from '../products/schemas.ts'
import { checkVersion, type VersionCondition } from '../versions/if-match.ts'
import * as repository from './repository.ts'
import { maxSkusPerProduct, type NewSku, type SkuFields } from './schemas.ts'

/**
 * Adds SKUs with their prices to a product. The caller has locked the product and updates its search row.
 *
 * @throws `sku_exists`, `unknown_reference` (for a price list)
 */
export async function addSkus(tx: Tx, productId: string, added: readonly NewSku[]): Promise<void> {
  if (added.length === 0) return
  const ids = await repository.insertSkus(tx, productId, added)
  if (!ids) throw problem('sku_exists')
  await writePrices(
    tx,
    added.map(({ sku, prices }) => ({ skuId: ids.get(sku) ?? '', prices })),
  )
}

async function writePrices(tx: Tx, wanted: Parameters<typeof repository.writePrices>[1]): Promise<void> {
  if (await repository.writePrices(tx, wanted)) return
  throw problem('unknown_reference', {
    detail: 'Each price must name an existing price list of its currency',
  })
}

export type SkuService = ReturnType<typeof createSkuService>

/**
 * The SKUs of one product. A change of a SKU changes the product: it increments its version and returns the whole
 * product. If-Match is optional, because stock changes all day.
 *
 * All functions but `find` throw `product_not_found` and `precondition_failed`.
 */
export function createSkuService(deps: { db: Db; changes: Changes; clock: () => Date }) {
  const { db, changes, clock } = deps

  /** Locks the product, runs `work`, then updates the product's version and search row. */
  const change = (
    request: { productId: string; condition: VersionCondition | undefined; by: ChangedBy },
    action: string,
    work: (tx: Tx) => Promise<{ sku: string; textChanges: boolean }>,
  ): Promise<Product> =>
    changes.run(request.by, async (tx, record) => {
      const { productId } = request
      const locked = await products.lockProduct(tx, productId)
      if (!locked) throw problem('product_not_found')
      checkVersion(request.condition, locked.version)
      const { sku, textChanges } = await work(tx)
      await products.updateProduct(tx, productId, { updatedAt: clock() })
      // Search indexes codes and options as words. For prices and stock a cheaper update is enough.
      if (textChanges) await products.rebuildProductSearch(tx, [productId])
      else await products.refreshProductOffers(tx, [productId])
      await record(action, { type: 'sku', id: sku }, { type: 'product', id: productId })
      return products.readProduct(tx, productId)
    })

  async function findSku(tx: Tx, productId: string, sku: string) {
    const found = await repository.findSku(tx, productId, sku)
    if (!found) throw problem('sku_not_found')
    return found
  }

  return {
    /** @throws `sku_not_found` */
    async find(sku: string): Promise<Product> {
      const id = await repository.findProductIdBySku(db, sku)
      const product = id === undefined ? undefined : await products.findProduct(db, id)
      if (!product) throw problem('sku_not_found')
      return product
    },

    /** @throws `sku_exists`, `too_many_skus`, `unknown_reference` */
    add: (productId: string, input: NewSku, condition: VersionCondition | undefined, by: ChangedBy) =>
      change({ productId, condition, by }, 'sku_created', async (tx) => {
        if ((await repository.countSkus(tx, productId)) >= maxSkusPerProduct) throw problem('too_many_skus')
        await addSkus(tx, productId, [input])
        return { sku: input.sku, textChanges: true }
      }),

    /** @throws `sku_not_found`, `unknown_reference` */
    replace(
      { id: productId, sku }: { id: string; sku: string },
      fields: SkuFields,
      condition: VersionCondition | undefined,
      by: ChangedBy,
    ) {
      return change({ productId, condition, by }, 'sku_updated', async (tx) => {
        const found = await findSku(tx, productId, sku)
        await repository.updateSku(tx, found.id, fields)
        await writePrices(tx, [{ skuId: found.id, prices: fields.prices }])
        return {
          sku: found.sku,
          textChanges: !isDeepStrictEqual(
            [found.modelNumbers, found.options],
            [fields.modelNumbers, fields.options],
          ),
        }
      })
    },

    /** @throws `sku_not_found` */
    delete(
      { id: productId, sku }: { id: string; sku: string },
      condition: VersionCondition | undefined,
      by: ChangedBy,
    ) {
      return change({ productId, condition, by }, 'sku_deleted', async (tx) => {
        const found = await findSku(tx, productId, sku)
        await repository.deleteSku(tx, found.id)
        return { sku: found.sku, textChanges: true }
      })
    },
  }
}
