import type { Db, Tx } from '@fondasi/postgres'
import { problem } from '../../errors.ts'
import type { ChangedBy, Changes, RecordChange } from '../events/changes.ts'
import * as products from '../products/repository.ts'
import { type Product, product } from '../products/schemas.ts'
import { checkVersion, type VersionCondition } from '../versions/if-match.ts'
import { applyPatch } from '../versions/merge-patch.ts'
import * as repository from './repository.ts'
import { maxSkusPerProduct, type NewSku, type SkuFields, type SkuPatch, skuFields } from './schemas.ts'

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
  const changing =
    (
      request: { productId: string; condition?: VersionCondition | undefined },
      action: string,
      work: (tx: Tx) => Promise<{ sku: string; modelNumbersChange: boolean }>,
    ) =>
    async (tx: Tx, record: RecordChange): Promise<Product> => {
      const { productId } = request
      const locked = await products.lockProduct(tx, productId)
      if (!locked) throw problem('product_not_found')
      checkVersion(request.condition, locked.version)
      const { sku, modelNumbersChange } = await work(tx)
      await products.updateProduct(tx, productId, { updatedAt: clock() })
      // Search indexes model numbers as words; for all other fields a cheaper update is enough.
      if (modelNumbersChange) await products.rebuildProductSearch(tx, [productId])
      else await products.refreshProductOffers(tx, [productId])
      await record(action, { type: 'sku', id: sku }, { type: 'product', id: productId })
      return products.readProduct(tx, productId)
    }

  const change = (
    { by, ...request }: { productId: string; condition: VersionCondition | undefined; by: ChangedBy },
    action: string,
    work: (tx: Tx) => Promise<{ sku: string; modelNumbersChange: boolean }>,
  ): Promise<Product> => changes.run(by, changing(request, action, work))

  const update = (
    { id: productId, sku }: { id: string; sku: string },
    condition: VersionCondition | undefined,
    by: ChangedBy,
    fieldsFor: (found: repository.Sku, tx: Tx) => Promise<SkuFields>,
  ): Promise<Product> =>
    change({ productId, condition, by }, 'sku_updated', async (tx) => {
      const found = await findSku(tx, productId, sku)
      const fields = await fieldsFor(found, tx)
      await repository.updateSku(tx, found.id, fields)
      await writePrices(tx, [{ skuId: found.id, prices: fields.prices }])
      return {
        sku: found.sku,
        modelNumbersChange: found.modelNumbers.join('\n') !== fields.modelNumbers.join('\n'),
      }
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
    replace: (
      target: { id: string; sku: string },
      fields: SkuFields,
      condition: VersionCondition | undefined,
      by: ChangedBy,
    ) => update(target, condition, by, async () => fields),

    /** @throws `sku_not_found`, `unknown_reference`, `validation_failed` when the result is invalid */
    patch: (
      target: { id: string; sku: string },
      patch: SkuPatch,
      condition: VersionCondition | undefined,
      by: ChangedBy,
    ) =>
      update(target, condition, by, async ({ gtin, modelNumbers, options, stock, id }, tx) => {
        const prices = await repository.findPrices(tx, id)
        return applyPatch(skuFields, { gtin, modelNumbers, options, stock, prices }, patch)
      }),

    /**
     * Adds to the stock of a SKU; with an idempotency `key`, only once for each caller and key.
     *
     * @throws `sku_not_found`, `stock_out_of_range`, `idempotency_key_reused`, `idempotency_key_running`
     */
    changeStock: (
      { id: productId, sku }: { id: string; sku: string },
      delta: number,
      key: string | undefined,
      by: ChangedBy,
    ): Promise<Product> =>
      changes.runOnce(
        by,
        {
          route: 'POST /v1/products/:id/skus/:sku/stock',
          key,
          request: { productId, sku, delta },
          schema: product,
        },
        changing({ productId }, 'stock_changed', async (tx) => {
          const found = await findSku(tx, productId, sku)
          if (!(await repository.addStock(tx, found.id, delta))) throw problem('stock_out_of_range')
          return { sku: found.sku, modelNumbersChange: false }
        }),
      ),

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
