import {
  categoryPath,
  cellOf,
  type MappedCell,
  type Mapping,
  type Row,
  refuse,
  unpublished,
} from './mapping.ts'

/** A variation follows its parent closely, since both were made together. */
const maxParents = 1_000
const maxAttributes = 10

/**
 * WooCommerce's product export. A row of the type `variable` describes the product of the `variation` rows that name it as
 * their parent, by its SKU or as `id:12`.
 */
export const woocommerce: Mapping = {
  required: [['type'], ['sku'], ['name'], ['regular price']],
  needsCurrency: true,
  start: (currency) => {
    const parents = new Map<string, Row>()
    return (row) => {
      const type = row.get('type') ?? ''
      if (type.includes('variable')) {
        for (const name of [row.get('sku'), `id:${row.get('id')}`]) if (name) parents.set(name, row)
        for (const oldest of [...parents.keys()].slice(0, parents.size - maxParents)) parents.delete(oldest)
        return undefined
      }
      const sku = row.get('sku')
      const isVariation = type.includes('variation')
      const product = isVariation ? parents.get(row.get('parent') ?? '') : row
      if (!product)
        return refuse(row, 'parent', sku, 'must be the SKU or id of a variable product in an earlier row')
      if (product.get('published') !== '1' || row.get('published') !== '1')
        return refuse(row, 'published', sku, unpublished)
      const text = product.get('description') ? 'description' : 'short description'
      const price = priceOf(row)
      return [
        ['sku', 'sku', sku],
        ['product', 'parent', isVariation ? product.get('sku') || `id:${product.get('id')}` : undefined],
        ['title.en', 'name', product.get('name')],
        ['description.en', text, product.get(text)],
        ['brand', 'brands', product.get('brands')],
        ['category', 'categories', categoryPath(product.get('categories'))],
        ['gtin', 'gtin, upc, ean, or isbn', row.get('gtin, upc, ean, or isbn')],
        ['stock', 'stock', stockOf(row)],
        [`price.${currency}`, price, row.get(price)],
        ...(isVariation ? optionsOf(row) : []),
      ]
    }
  },
}

/** The price of a sale counts when it has no dates. */
function priceOf(row: Row): string {
  const isDated = row.get('date sale price starts') || row.get('date sale price ends')
  return row.get('sale price') && !isDated ? 'sale price' : 'regular price'
}

/** A shop that does not count its stock says only whether there is some: that leaves the stored number, unless there is none. */
function stockOf(row: Row): string | undefined {
  return row.get('stock')?.replace(/^-\d+$/, '0') || (row.get('in stock?') === '0' ? '0' : undefined)
}

function optionsOf(row: Row): MappedCell[] {
  return Array.from({ length: maxAttributes }, (_, index) => index + 1).flatMap((number): MappedCell[] => {
    const name = row.get(`attribute ${number} name`)
    const value = cellOf(row, `attribute ${number} value(s)`)
    return name && value.text ? [[`options.${name}`, value.name, value.text]] : []
  })
}
