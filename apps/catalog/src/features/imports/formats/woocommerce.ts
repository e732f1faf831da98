import { plainText } from '../../products/plain-text.ts'
import type { Cell } from '../csv/cells.ts'
import {
  cell,
  deepestPath,
  type Mapping,
  optionColumn,
  type Row,
  refuse,
  unpublished,
  withoutDebt,
} from './mapping.ts'

/** A variation follows its parent closely, since both were made together. */
const maxParents = 1_000
const grouped = 'is a group of products that have rows of their own: the row was left out'
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
      if (type.includes('grouped')) return refuse(row, 'type', row.get('sku'), grouped)
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
        cell('description.en', product, ['description', 'short description'], withLineBreaks),
        cell('brand', product, ['brands'], plainText),
        cell('category', product, ['categories'], deepestPath),
        cell('images', product, ['images']),
        cell('gtin', row, ['gtin, upc, ean, or isbn']),
        stockOf(row),
        cell(`price.${currency}`, row, priceNames(row)),
        cell(`compareAtPrice.${currency}`, row, ['regular price']),
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

/** A shop that does not count a product, or only its variable product, says whether there is some. */
function stockOf(row: Row): Cell {
  const stock = row.get('stock') ?? ''
  if (stock !== '' && stock !== 'parent') return ['stock', 'stock', withoutDebt(stock)]
  const inStock = row.get('in stock?')
  return ['inStock', 'in stock?', inStock === '1' ? 'true' : inStock === '0' ? 'false' : undefined]
}

/** The export writes a line break as a backslash and an n. */
const withLineBreaks = (text: string) => text.replaceAll('\\n', '\n')

function optionsOf(row: Row): Cell[] {
  return attributeNumbers
    .map((number) => ({ name: row.get(`attribute ${number} name`), value: `attribute ${number} value(s)` }))
    .flatMap(({ name, value }) =>
      name && row.get(value) ? [cell(optionColumn(name), row, [value], plainText)] : [],
    )
}
