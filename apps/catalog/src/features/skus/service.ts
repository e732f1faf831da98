import type { Db, Tx } from '@fondasi/postgres'
import { problem } from '../../errors.ts'
import type { ChangedBy, Changes } from '../events/changes.ts'
import * as products from '../products/repository.ts'
import type { Product } from '../products/schemas.ts'
import { checkVersion, type VersionCondition } from '../versions/if-match.ts'
import * as repository from './repository.ts'
import { maxSkusPerProduct, type NewSku, type SkuFields } from './schemas.ts'

/**
 * Puts new SKUs with their prices on a product. The caller holds the product and brings its search row in step.
 *
 * @throws `sku_exists`, `unknown_reference` (a price list)
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
    detail: 'A price names a price list of this currency that is not there',
  })
}

/**
 * The SKUs of one product. Whoever changes one changes the product: its version counts up, and the answer is the
 * whole product. If-Match is heard when it is sent; stock that changes all day need not send it.
 *
 * All but `find` throw `product_not_found` and `precondition_failed`.
 */
export function createSkuService(deps: { db: Db; changes: Changes; clock: () => Date }) {
  const { db, changes, clock } = deps

  /** Runs the work with the product held, then brings version and search row in step. */
  const change = (
    request: { productId: string; condition: VersionCondition | undefined; by: ChangedBy },
    action: string,
    work: (tx: Tx) => Promise<{ sku: string; modelNumbersChange: boolean }>,
  ): Promise<Product> =>
    changes.run(request.by, async (tx, record) => {
      const { productId } = request
      const held = await products.holdProduct(tx, productId)
      if (!held) throw problem('product_not_found')
      checkVersion(request.condition, held.version)
      const { sku, modelNumbersChange } = await work(tx)
      await products.updateProduct(tx, productId, { updatedAt: clock() })
      // Model numbers are words to search by; all else is cheaper to bring in step.
      if (modelNumbersChange) await products.rebuildProductSearch(tx, [productId])
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
        return { sku: input.sku, modelNumbersChange: input.modelNumbers.length > 0 }
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
          modelNumbersChange: found.modelNumbers.join('\n') !== fields.modelNumbers.join('\n'),
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
        return { sku: found.sku, modelNumbersChange: found.modelNumbers.length > 0 }
      })
    },
  }
}
