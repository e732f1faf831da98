import type { Db, Tx } from '@fondasi/postgres'
import { serviceProblem } from '@fondasi/service'
import { problem } from '../../errors.ts'
import { ensureBrand } from '../brands/repository.ts'
import type { ChangedBy, Changes, RecordChange } from '../events/changes.ts'
import { deleteSkusOf } from '../skus/repository.ts'
import { addSkus } from '../skus/service.ts'
import { checkVersion, type VersionCondition } from '../versions/if-match.ts'
import { mergePatch } from '../versions/merge-patch.ts'
import { rejectedAttributes } from './attributes.ts'
import * as repository from './repository.ts'
import {
  type NewProduct,
  type Product,
  type ProductFields,
  type ProductPatch,
  product,
  productFields,
} from './schemas.ts'

export type ProductService = ReturnType<typeof createProductService>

/**
 * Reads and writes single products. Every write updates the search row and records an audit event in the same
 * transaction. Writes throw `unknown_reference` (for the category) and `attribute_rejected`.
 */
export function createProductService(deps: { db: Db; changes: Changes; clock: () => Date }) {
  const { db, changes, clock } = deps

  /** The columns for the fields that a client sent, after checking category and attributes. */
  async function toRow(tx: Tx, { title, description, brand, ...fields }: ProductFields) {
    const now = clock()
    const codes = Object.keys(fields.attributes)
    const declared = await repository.findAttributeTypes(tx, codes)
    const errors = rejectedAttributes(fields.attributes, declared)
    if (errors.length > 0) throw problem('attribute_rejected', { errors })
    if (!(await repository.lockCategory(tx, fields.categoryId))) {
      const detail = 'no category has this id'
      throw problem('unknown_reference', {
        errors: [{ pointer: '/body/categoryId', code: 'not_found', detail }],
      })
    }
    return {
      ...fields,
      titleEn: title.en,
      titleId: title.id,
      descriptionEn: description.en,
      descriptionId: description.id,
      brandId: brand === null ? null : await ensureBrand(tx, brand, now),
      updatedAt: now,
    }
  }

  async function insert(tx: Tx, record: RecordChange, { skus, ...fields }: NewProduct): Promise<Product> {
    const row = await toRow(tx, fields)
    const id = await repository.insertProduct(tx, { ...row, createdAt: row.updatedAt })
    await addSkus(tx, id, skus)
    await repository.rebuildProductSearch(tx, [id])
    await record('product_created', { type: 'product', id })
    return repository.readProduct(tx, id)
  }

  async function lock(tx: Tx, id: string, condition: VersionCondition): Promise<void> {
    const locked = await repository.lockProduct(tx, id)
    if (!locked) throw problem('product_not_found')
    checkVersion(condition, locked.version)
  }

  const update = (
    id: string,
    condition: VersionCondition,
    by: ChangedBy,
    fieldsFor: (tx: Tx) => Promise<ProductFields>,
  ): Promise<Product> =>
    changes.run(by, async (tx, record) => {
      await lock(tx, id, condition)
      await repository.updateProduct(tx, id, await toRow(tx, await fieldsFor(tx)))
      await repository.rebuildProductSearch(tx, [id])
      await record('product_updated', { type: 'product', id })
      return repository.readProduct(tx, id)
    })

  return {
    /** @throws `product_not_found` */
    async read(id: string): Promise<Product> {
      const product = await repository.findProduct(db, id)
      if (!product) throw problem('product_not_found')
      return product
    },

    /**
     * Creates a product with its SKUs; with an `idempotencyKey`, only once for each caller and key.
     *
     * @throws `sku_exists`, `idempotency_key_reused`, `idempotency_key_running`
     */
    async create(input: NewProduct, idempotencyKey: string | undefined, by: ChangedBy): Promise<Product> {
      if (idempotencyKey === undefined) return changes.run(by, (tx, record) => insert(tx, record, input))
      const first = { route: 'POST /v1/products', key: idempotencyKey, request: input }
      return product.parse(await changes.runOnce(by, first, (tx, record) => insert(tx, record, input)))
    },

    /** @throws `product_not_found`, `precondition_failed` */
    replace: (id: string, fields: ProductFields, condition: VersionCondition, by: ChangedBy) =>
      update(id, condition, by, async () => fields),

    /** @throws `product_not_found`, `precondition_failed`, `validation_failed` when the result is invalid */
    patch: (id: string, patch: ProductPatch, condition: VersionCondition, by: ChangedBy) =>
      update(id, condition, by, async (tx) =>
        readFields(mergePatch(writableFields(await repository.readProduct(tx, id)), patch)),
      ),

    /** Hides the product from every route. Its row stays for references to it; its SKUs are free for other products. */
    async delete(id: string, condition: VersionCondition, by: ChangedBy): Promise<void> {
      await changes.run(by, async (tx, record) => {
        await lock(tx, id, condition)
        await deleteSkusOf(tx, id)
        await repository.updateProduct(tx, id, { deletedAt: clock() })
        await repository.rebuildProductSearch(tx, [id])
        await record('product_deleted', { type: 'product', id })
      })
    },
  }
}

function writableFields({ brand, category, ...product }: Product): ProductFields {
  const { title, description, attributes, rating, popularity } = product
  return {
    title,
    description,
    attributes,
    rating,
    popularity,
    brand: brand?.name ?? null,
    categoryId: category.id,
  }
}

function readFields(merged: unknown): ProductFields {
  const { data, error } = productFields.safeParse(merged)
  if (data) return data
  const errors = error.issues.map(({ path, code, message }) => ({
    pointer: `/body/${path.join('/')}`,
    code,
    detail: message,
  }))
  throw serviceProblem('validation_failed', { detail: 'The patched product is invalid', errors })
}
