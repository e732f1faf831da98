import { isDeepStrictEqual } from 'node:util'
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

/** A SKU of a product, in any written form. */
interface ProductSku {
  id: string
  sku: string
}

export type SkuService = ReturnType<typeof createSkuService>

/**
 * The SKUs of one product. A change of a SKU changes the product: it increments its version and returns the whole
 * product. If-Match is optional, because stock changes all day.
 *
 * All functions but `find` throw `product_not_found`, and those with a condition `precondition_failed`.
 */
export function createSkuService(deps: { db: Db; changes: Changes; clock: () => Date }) {
  const { db, changes, clock } = deps

  /** The work of one transaction: locks the product, runs `work`, then updates the product's version and search row. */
  const inProduct =
    (
      action: string,
      { id: productId, condition }: { id: string; condition?: VersionCondition | undefined },
      work: (tx: Tx) => Promise<{ sku: string; wordsChange: boolean }>,
    ) =>
    async (tx: Tx, record: RecordChange): Promise<Product> => {
      const locked = await products.lockProduct(tx, productId)
      if (!locked) throw problem('product_not_found')
      checkVersion(condition, locked.version)
      const { sku, wordsChange } = await work(tx)
      await products.updateProduct(tx, productId, { updatedAt: clock() })
      // Most changes are of stock and prices. They need no new text index entry, and a cheaper update is enough.
      if (wordsChange) await products.rebuildProductSearch(tx, [productId])
      else await products.refreshProductOffers(tx, [productId])
      await record(action, { type: 'sku', id: sku }, { type: 'product', id: productId })
      return products.readProduct(tx, productId)
    }

  const update = (
    { id, sku }: ProductSku,
    condition: VersionCondition | undefined,
    by: ChangedBy,
    fieldsFor: (found: repository.Sku, tx: Tx) => Promise<SkuFields>,
  ): Promise<Product> =>
    changes.run(
      by,
      inProduct('sku_updated', { id, condition }, async (tx) => {
        const found = await findSku(tx, sku, id)
        const fields = await fieldsFor(found, tx)
        await repository.updateSku(tx, found.id, fields)
        await writePrices(tx, [{ skuId: found.id, prices: fields.prices }])
        const words = (of: SkuFields | repository.Sku) => [of.modelNumbers, of.options]
        return { sku: found.sku, wordsChange: !isDeepStrictEqual(words(found), words(fields)) }
      }),
    )

  async function findSku(tx: Db | Tx, sku: string, productId?: string) {
    const [found, ...others] = await repository.findSkus(tx, sku, productId)
    if (!found) throw problem('sku_not_found')
    if (others.length > 0) {
      const names = [found, ...others].slice(0, 10).map((each) => each.sku)
      throw problem('sku_ambiguous', {
        detail: `Write the SKU exactly, as one of these: ${names.join(', ')}`,
      })
    }
    return found
  }

  return {
    /** @throws `sku_not_found`, `sku_ambiguous` */
    async find(sku: string): Promise<Product> {
      const { productId } = await findSku(db, sku)
      const product = await products.findProduct(db, productId)
      if (!product) throw problem('sku_not_found')
      return product
    },

    /** @throws `sku_exists`, `too_many_skus`, `unknown_reference` */
    add: (id: string, input: NewSku, condition: VersionCondition | undefined, by: ChangedBy) =>
      changes.run(
        by,
        inProduct('sku_created', { id, condition }, async (tx) => {
          if ((await repository.countSkus(tx, id)) >= maxSkusPerProduct) throw problem('too_many_skus')
          await addSkus(tx, id, [input])
          return { sku: input.sku, wordsChange: true }
        }),
      ),

    /** @throws `sku_not_found`, `sku_ambiguous`, `unknown_reference` */
    replace: (
      target: ProductSku,
      fields: SkuFields,
      condition: VersionCondition | undefined,
      by: ChangedBy,
    ) => update(target, condition, by, async () => fields),

    /** @throws `sku_not_found`, `sku_ambiguous`, `unknown_reference`, `validation_failed` when the result is invalid */
    patch: (target: ProductSku, patch: SkuPatch, condition: VersionCondition | undefined, by: ChangedBy) =>
      update(target, condition, by, async ({ sku, gtin, modelNumbers, options, stock }, tx) => {
        const { skus } = await products.readProduct(tx, target.id)
        const prices = skus.find((each) => each.sku === sku)?.prices ?? []
        return applyPatch(skuFields, { gtin, modelNumbers, options, stock, prices }, patch)
      }),

    /**
     * Adds to the stock of a SKU; with an idempotency `key`, only once for each caller and key.
     *
     * @throws `sku_not_found`, `stock_out_of_range`, `idempotency_key_reused`, `idempotency_key_running`
     */
    changeStock: ({ id, sku }: ProductSku, delta: number, key: string | undefined, by: ChangedBy) =>
      changes.runOnce(
        by,
        {
          route: 'POST /v1/products/:id/skus/:sku/stock',
          key,
          request: { id, sku, delta },
          schema: product,
        },
        inProduct('stock_changed', { id }, async (tx) => {
          const found = await findSku(tx, sku, id)
          if (!(await repository.addStock(tx, found.id, delta))) throw problem('stock_out_of_range')
          return { sku: found.sku, wordsChange: false }
        }),
      ),

    /** @throws `sku_not_found`, `sku_ambiguous` */
    delete: ({ id, sku }: ProductSku, condition: VersionCondition | undefined, by: ChangedBy) =>
      changes.run(
        by,
        inProduct('sku_deleted', { id, condition }, async (tx) => {
          const found = await findSku(tx, sku, id)
          await repository.deleteSkus(tx, { id: found.id })
          return { sku: found.sku, wordsChange: true }
        }),
      ),
  }
}
