import type { Db, Tx } from '@fondasi/postgres'
import { problem } from '../../errors.ts'
import { ensureBrand } from '../brands/repository.ts'
import type { ChangedBy, Changes, Once, RecordChange } from '../events/changes.ts'
import { deleteSkus } from '../skus/repository.ts'
import { addSkus } from '../skus/service.ts'
import { checkVersion, type VersionCondition } from '../versions/if-match.ts'
import { applyPatch } from '../versions/merge-patch.ts'
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
 * transaction. Writes throw `unknown_reference` (for the category), `attribute_rejected` and `slug_exists`.
 */
export function createProductService(deps: { db: Db; changes: Changes; clock: () => Date }) {
  const { db, changes, clock } = deps

  /** The columns for the fields that a client sent, after checking category and attributes. */
  async function toRow(tx: Tx, { title, description, brand, ...fields }: Omit<ProductFields, 'slug'>) {
    const now = clock()
    const declared = await repository.lockAttributeTypes(tx, Object.keys(fields.attributes))
    checkAttributes(fields.attributes, declared)
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

  async function insert(
    tx: Tx,
    record: RecordChange,
    { skus, slug, ...fields }: NewProduct,
  ): Promise<Product> {
    const row = await toRow(tx, fields)
    const id = await repository.insertProduct(tx, { ...row, createdAt: row.updatedAt })
    await claimSlug(tx, id, slug)
    await addSkus(tx, id, skus)
    await repository.rebuildProductSearch(tx, [id])
    await record('product_created', { type: 'product', id })
    return repository.readProduct(tx, id)
  }

  async function claimSlug(tx: Tx, id: string, slug: string | undefined): Promise<void> {
    if (slug !== undefined && !(await repository.claimSlug(tx, id, slug))) throw problem('slug_exists')
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
      const { slug, ...fields } = await fieldsFor(tx)
      await repository.updateProduct(tx, id, await toRow(tx, fields))
      await claimSlug(tx, id, slug)
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
     * Creates a product with its SKUs; with an idempotency `key`, only once for each caller and key.
     *
     * @throws `sku_exists`, `idempotency_key_reused`, `idempotency_key_running`
     */
    create: (input: NewProduct, key: string | undefined, by: ChangedBy): Promise<Once<Product>> =>
      changes.runOnce(
        by,
        { route: 'POST /v1/products', key, request: input, schema: product },
        (tx, record) => insert(tx, record, input),
      ),

    /** @throws `product_not_found` */
    async readBySlug(slug: string): Promise<Product> {
      const id = await repository.findProductIdBySlug(db, slug)
      const product = id === undefined ? undefined : await repository.findProduct(db, id)
      if (!product) throw problem('product_not_found')
      return product
    },

    /** @throws `product_not_found`, `precondition_failed` */
    replace: (id: string, fields: ProductFields, condition: VersionCondition, by: ChangedBy) =>
      update(id, condition, by, async () => fields),

    /** @throws `product_not_found`, `precondition_failed`, `validation_failed` when the result is invalid */
    patch: (id: string, patch: ProductPatch, condition: VersionCondition, by: ChangedBy) =>
      update(id, condition, by, async (tx) =>
        applyPatch(productFields, writableFields(await repository.readProduct(tx, id)), patch),
      ),

    /** Hides the product from every route. Its row stays for references to it; its SKUs and its slug are free for others. */
    async delete(id: string, condition: VersionCondition, by: ChangedBy): Promise<void> {
      await changes.run(by, async (tx, record) => {
        await lock(tx, id, condition)
        await deleteSkus(tx, { productId: id })
        await repository.deleteSlug(tx, id)
        await repository.updateProduct(tx, id, { deletedAt: clock() })
        await repository.rebuildProductSearch(tx, [id])
        await record('product_deleted', { type: 'product', id })
      })
    },
  }
}

/** @throws `attribute_rejected` that names every attribute that is not declared or has a value of another type */
function checkAttributes(attributes: ProductFields['attributes'], declared: ReadonlyMap<string, string>) {
  const errors = Object.entries(attributes).flatMap(([name, value]) => {
    const type = declared.get(name)
    if (type === (typeof value === 'string' ? 'text' : typeof value)) return []
    const [code, detail] =
      type === undefined
        ? ['not_declared', `no attribute has the code ${name}`]
        : ['wrong_type', `${name} must be a ${type}`]
    return [{ pointer: `/body/attributes/${name}`, code, detail }]
  })
  if (errors.length > 0) throw problem('attribute_rejected', { errors })
}

/** Without the slug, which stays when a patch does not name it. */
function writableFields({ brand, category, ...product }: Product): ProductFields {
  const { title, description, images, attributes, rating, popularity } = product
  return {
    title,
    description,
    images,
    attributes,
    rating,
    popularity,
    brand: brand?.name ?? null,
    categoryId: category.id,
  }
}
