import type { Cell } from '../csv/cells.ts'
import { categoryPath, cell, type Mapping, type Row, refuse, unpublished, withoutDebt } from './mapping.ts'

/** A variation follows its parent closely, since both were made together. */
const maxParents = 1_000
const attributeNumbers = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]

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
        for (const name of namesOf(row)) parents.set(name, row)
        for (const oldest of [...parents.keys()].slice(0, -maxParents)) parents.delete(oldest)
        return undefined
      }
      const isVariation = type.includes('variation')
      const product = isVariation ? parents.get(row.get('parent') ?? '') : row
      if (!product)
        return refuse(
          row,
          'parent',
          row.get('sku'),
          'must be the SKU or id of a variable product in an earlier row',
        )
      if (product.get('published') !== '1' || row.get('published') !== '1')
        return refuse(row, 'published', row.get('sku'), unpublished)
      return [
        cell('sku', row, ['sku']),
        ['product', 'parent', isVariation ? namesOf(product)[0] : undefined],
        cell('title.en', product, ['name']),
        cell('description.en', product, ['description', 'short description']),
        cell('brand', product, ['brands']),
        cell('category', product, ['categories'], categoryPath),
        cell('gtin', row, ['gtin, upc, ean, or isbn']),
        ['stock', 'stock', stockOf(row)],
        cell(`price.${currency}`, row, priceNames(row)),
        ...(isVariation ? optionsOf(row) : []),
      ]
    }
  },
}

/** The names by which variations call their parent. */
function namesOf(product: Row): string[] {
  const sku = product.get('sku')
  return [...(sku ? [sku] : []), `id:${product.get('id')}`]
}

/** The price of a sale counts when it has no dates. */
function priceNames(row: Row): string[] {
  const isDated = row.get('date sale price starts') || row.get('date sale price ends')
  return isDated ? ['regular price'] : ['sale price', 'regular price']
}

/** A shop that does not count its stock says only whether there is some: that leaves the stored number, unless there is none. */
function stockOf(row: Row): string | undefined {
  const stock = withoutDebt(row.get('stock') ?? '')
  return stock || (row.get('in stock?') === '0' ? '0' : undefined)
}

function optionsOf(row: Row): Cell[] {
  return attributeNumbers
    .map((number) => ({ name: row.get(`attribute ${number} name`), value: `attribute ${number} value(s)` }))
    .flatMap(({ name, value }) => (name && row.get(value) ? [cell(`options.${name}`, row, [value])] : []))
}
