import { plainText } from '../../products/plain-text.ts'
import {
  categoryPath,
  cell,
  columnName,
  deepestPath,
  type Mapping,
  optionColumn,
  type Row,
  refuse,
} from './mapping.ts'

const optionNames = ['color', 'size', 'material', 'pattern']

const moneyPattern = /^([\d.,]+) *([a-z]{3})$/i
/** What can be bought today. */
const inStock = new Map([
  ['in stock', 'true'],
  ['out of stock', 'false'],
  ['preorder', 'false'],
  ['backorder', 'false'],
])

/**
 * A text feed of Google Merchant Center, separated by tabs or commas. Each row describes a variant completely; the first one
 * of a group describes the product. The feed says whether a product is in stock, not how many there are.
 */
export const google: Mapping = {
  required: [['id'], ['title'], ['price'], ['availability']],
  needsCurrency: false,
  start: () => (row) => {
    const [, price, amount = ''] = cell('', row, priceNames(row))
    const [, number, currency] = moneyPattern.exec(amount) ?? []
    if (!number || !currency)
      return refuse(row, price, row.get('id'), 'must be a number and a currency, such as 15.00 USD')
    const available = inStock.get(columnName(row.get('availability') ?? ''))
    if (!available)
      return refuse(row, 'availability', row.get('id'), `must be one of ${[...inStock.keys()].join(', ')}`)
    const [, regular = ''] = moneyPattern.exec(row.get('price') ?? '') ?? []
    return [
      cell('sku', row, ['id']),
      cell('product', row, ['item group id']),
      cell('title.en', row, ['title']),
      cell('description.en', row, ['description']),
      cell('brand', row, ['brand'], plainText),
      row.get('product type')
        ? cell('category', row, ['product type'], deepestPath)
        : cell('category', row, ['google product category'], categoryPath),
      ['images', 'image link', imagesOf(row)],
      cell('gtin', row, ['gtin']),
      cell('modelNumbers', row, ['mpn'], (text) => text && JSON.stringify([text])),
      ['inStock', 'availability', available],
      [`price.${currency.toLowerCase()}`, price, number],
      [`compareAtPrice.${currency.toLowerCase()}`, 'price', regular],
      ...optionNames
        .filter((name) => row.get(name))
        .map((name) => cell(optionColumn(name), row, [name], plainText)),
    ]
  },
}

function imagesOf(row: Row): string | undefined {
  const links = ['image link', 'additional image link'].flatMap((name) => row.get(name) || [])
  return row.has('image link') ? links.join(', ') : undefined
}

/** The price of a sale counts when it has no dates. */
function priceNames(row: Row): string[] {
  return row.get('sale price effective date') ? ['price'] : ['sale price', 'price']
}
