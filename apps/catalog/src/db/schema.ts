import { sql } from 'drizzle-orm'
import {
  type AnyPgColumn,
  bigint,
  boolean,
  check,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  real,
  smallint,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'

export { outbox } from '@fondasi/outbox'
export { idempotencyKeys } from '@fondasi/postgres'
export { importErrors, importPlan, importProducts, importRows, imports } from './import-tables.ts'
export { searchIndexState, stopWords, synonyms, vocabulary, vocabularyDeletes } from './search-tables.ts'

const tsvector = customType<{ data: string; driverData: string }>({ dataType: () => 'tsvector' })
const offers = customType<{ data: string; driverData: string }>({ dataType: () => 'offer[]' })
const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })
/** Minor units of ISO 4217; no price is beyond 2^53. */
const minorUnits = (name: string) => bigint(name, { mode: 'number' })

export const brands = pgTable(
  'brands',
  {
    id: uuid().primaryKey().default(sql`uuidv7()`),
    name: text().notNull(),
    /** Unique, so that spellings of the same brand do not become several brands. */
    nameKey: text('name_key').generatedAlwaysAs(sql`code_key(name)`),
    createdAt: at('created_at').notNull(),
  },
  (table) => [uniqueIndex('brands_name_unique').on(table.nameKey)],
)

/** A tree. Ids are stable; slugs and names can change. */
export const categories = pgTable(
  'categories',
  {
    id: uuid().primaryKey().default(sql`uuidv7()`),
    parentId: uuid('parent_id').references((): AnyPgColumn => categories.id),
    nameEn: text('name_en').notNull(),
    nameId: text('name_id').notNull(),
    /** `electronics/phones/cases`: unique, for URLs. */
    slugPath: text('slug_path').notNull(),
    version: integer().notNull().default(1),
    createdAt: at('created_at').notNull(),
  },
  (table) => [
    uniqueIndex('categories_slug_path_unique').on(table.slugPath),
    index('categories_parent').on(table.parentId),
  ],
)

/** The attributes that products may have, with their types. Undeclared ones are rejected. */
export const attributes = pgTable('attributes', {
  /** `color`, `storage_gb`. */
  code: text().primaryKey(),
  type: text({ enum: ['text', 'number', 'boolean'] }).notNull(),
  nameEn: text('name_en').notNull(),
  nameId: text('name_id').notNull(),
  unit: text(),
  /** Whether facets count it. */
  facet: boolean().notNull().default(true),
})

/** The source of truth about a product. Search and lists read a copy in `product_search`. */
export const products = pgTable(
  'products',
  {
    id: uuid().primaryKey().default(sql`uuidv7()`),
    /** The name that an import gave the product, by which later imports find it. */
    handle: text(),
    brandId: uuid('brand_id').references(() => brands.id),
    /** Null only when the category was deleted after the product. */
    categoryId: uuid('category_id').references(() => categories.id, { onDelete: 'set null' }),
    titleEn: text('title_en').notNull(),
    titleId: text('title_id').notNull(),
    descriptionEn: text('description_en').notNull().default(''),
    descriptionId: text('description_id').notNull().default(''),
    attributes: jsonb().$type<Record<string, string | number | boolean>>().notNull().default({}),
    images: jsonb()
      .$type<{ url: string; alt: string; width: number | null; height: number | null }[]>()
      .notNull()
      .default([]),
    /** 0 to 5; null without a rating. */
    rating: real(),
    /** Units sold recently, or whatever else a shop counts. */
    popularity: integer().notNull().default(0),
    /** Grows with every change that a client can see; the ETag. */
    version: integer().notNull().default(1),
    createdAt: at('created_at').notNull(),
    updatedAt: at('updated_at').notNull(),
    /** When a request last changed it, by the database's clock; null when only imports have. See ADR 42. */
    editedAt: at('edited_at').$onUpdate(() => sql`date_trunc('milliseconds', now())`),
    deletedAt: at('deleted_at'),
  },
  (table) => [
    index('products_category').on(table.categoryId, table.id),
    index('products_brand').on(table.brandId),
    uniqueIndex('products_handle_unique').on(table.handle).where(sql`deleted_at is null`),
    index('products_deleted').on(table.editedAt).where(sql`deleted_at is not null`),
    check('products_placed', sql`category_id is not null or deleted_at is not null`),
    check('products_rating', sql`rating between 0 and 5`),
  ],
)

/** The name of each product in the URLs of a shop. A trigger derives it from the title of a new product: see ADR 43. */
export const productSlugs = pgTable(
  'product_slugs',
  {
    slug: text().primaryKey(),
    productId: uuid('product_id')
      .notNull()
      .references(() => products.id, { onDelete: 'cascade' }),
  },
  (table) => [uniqueIndex('product_slugs_product').on(table.productId)],
)

/** What people buy: the variants of a product. `stock` changes all day, so no index contains it (HOT updates). */
export const skus = pgTable(
  'skus',
  {
    id: uuid().primaryKey().default(sql`uuidv7()`),
    productId: uuid('product_id')
      .notNull()
      .references(() => products.id, { onDelete: 'cascade' }),
    /** Its identity, exactly as written. */
    sku: text().notNull(),
    /** 8, 12, 13 or 14 digits. */
    gtin: text(),
    modelNumbers: text('model_numbers').array().notNull().default(sql`'{}'`),
    /** What distinguishes it from other variants: `{ "color": "red" }`. */
    options: jsonb().$type<Record<string, string>>().notNull().default({}),
    stock: integer().notNull().default(0),
    /** For look-ups in any written form, which may find several SKUs. */
    skuKey: text('sku_key').generatedAlwaysAs(sql`code_key(sku)`),
    /** SKU, GTIN and model numbers, normalised by `code_key`. */
    codeKeys: text('code_keys').array().generatedAlwaysAs(sql`code_keys(sku, gtin, model_numbers)`),
  },
  (table) => [
    uniqueIndex('skus_sku_unique').on(table.sku),
    index('skus_sku_key').on(table.skuKey),
    index('skus_product').on(table.productId),
    index('skus_code_keys').using('gin', table.codeKeys),
    check('skus_stock', sql`stock >= 0`),
  ],
)

/** SKUs that requests have deleted: an import that began before must not create them again. See ADR 42. */
export const deletedSkus = pgTable('deleted_skus', {
  sku: text().primaryKey(),
  deletedAt: at('deleted_at').notNull(),
})

/** `retail-idr`, `retail-usd` and those that a shop adds. Lists, filters and sorts use the `searched` one of a currency. */
export const priceLists = pgTable(
  'price_lists',
  {
    code: text().primaryKey(),
    currency: text().notNull(),
    searched: boolean().notNull().default(false),
  },
  (table) => [uniqueIndex('price_lists_searched').on(table.currency).where(sql`searched`)],
)

export const prices = pgTable(
  'prices',
  {
    skuId: uuid('sku_id')
      .notNull()
      .references(() => skus.id, { onDelete: 'cascade' }),
    priceList: text('price_list')
      .notNull()
      .references(() => priceLists.code),
    amount: minorUnits('amount').notNull(),
    /** The struck-through price: always above the amount. */
    compareAt: minorUnits('compare_at'),
  },
  (table) => [
    primaryKey({ columns: [table.skuId, table.priceList] }),
    check('prices_amount', sql`amount >= 0`),
    check('prices_compare_at', sql`compare_at > amount`),
  ],
)

/**
 * One row for each product that is not deleted. Only `rebuild_product_search` and `refresh_product_offers` write it.
 *
 * Filters and facets read prices and stock from `offers`, and no index contains that column. So an update of prices or
 * stock is a HOT update, which does not touch the large text indexes. `search` is the last column, which keeps the
 * write-ahead log of such an update short.
 */
export const productSearch = pgTable(
  'product_search',
  {
    productId: uuid('product_id')
      .primaryKey()
      .references(() => products.id, { onDelete: 'cascade' }),
    categoryId: uuid('category_id').notNull(),
    brandId: uuid('brand_id'),
    createdAt: at('created_at').notNull(),
    /** -1 without a rating, because keyset cursors cannot compare nulls. */
    rating: real().notNull(),
    popularity: integer().notNull(),
    /** 0 for the most popular 1 %, 1 for the next 9 %, 2 for the rest. A background job updates it. */
    tier: smallint().notNull().default(2),
    /** 0 to 15, by a hash of the id. Estimates count only the products in sample 0. */
    sample: smallint().notNull(),
    /** Words in the longer title. */
    titleLength: smallint('title_length').notNull(),
    /** One per SKU: its code, whether it is in stock, its prices and its terms (see `offer` in the first migration). */
    offers: offers().notNull(),
    /** The terms of all offers: `color=red` for each attribute of the product and each option of a SKU. */
    attributeTerms: text('attribute_terms').array().notNull(),
    /** Titles for sorting: lower case, without accents. */
    nameEn: text('name_en').notNull(),
    nameId: text('name_id').notNull(),
    /** Weights: A title; B its stems and the brand; C category, attributes, options and codes; D description. */
    search: tsvector().notNull(),
  },
  (table) => [
    index('product_search_attributes').using('gin', table.attributeTerms),
    index('product_search_category').on(table.categoryId, table.popularity),
    index('product_search_brand').on(table.brandId, table.popularity),
    index('product_search_created').on(table.createdAt, table.productId),
    index('product_search_rating').on(table.rating, table.productId),
    index('product_search_popularity').on(table.popularity, table.productId),
    index('product_search_name_en').on(table.nameEn, table.productId),
    index('product_search_name_id').on(table.nameId, table.productId),
  ],
)

/** Every price at which a product is sold, once: the index in which lists sorted by price are read. */
export const productPrices = pgTable(
  'product_prices',
  {
    productId: uuid('product_id')
      .notNull()
      .references(() => products.id, { onDelete: 'cascade' }),
    currency: text({ enum: ['IDR', 'USD'] }).notNull(),
    amount: minorUnits('amount').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.productId, table.currency, table.amount] }),
    index('product_prices_amount').on(table.currency, table.amount, table.productId),
  ],
)

/** Audit events of this service, because the kit has no audit service. Rows are only appended, never changed. */
export const auditEvents = pgTable('audit_events', {
  /** Version 7, so that ids sort by time. */
  id: uuid().primaryKey(),
  event: jsonb().$type<Record<string, unknown>>().notNull(),
})
