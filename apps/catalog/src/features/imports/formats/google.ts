import { categoryPath, cellOf, type MappedCell, type Mapping, type Row, refuse } from './mapping.ts'

const optionNames = ['color', 'size', 'material', 'pattern']

/**
 * A text feed of Google Merchant Center, separated by tabs or commas. It says only whether a product is in stock, which
 * becomes a stock of 1 or 0.
 */
export const google: Mapping = {
  required: [['id'], ['title'], ['price'], ['availability']],
  needsCurrency: false,
  start: () => (row) => {
    const price = priceOf(row)
    const amount = /^(?<number>[\d.,]+) *(?<currency>[a-z]{3})$/i.exec(price.text ?? '')?.groups
    if (!amount)
      return refuse(row, price.name, row.get('id'), 'must be a number and a currency, such as 15.00 USD')
    const category = row.get('product type') ? 'product type' : 'google product category'
    return [
      ['sku', 'id', row.get('id')],
      ['product', 'item group id', row.get('item group id')],
      ['title.en', 'title', row.get('title')],
      ['description.en', 'description', row.get('description')],
      ['brand', 'brand', row.get('brand')],
      ['category', category, categoryPath(row.get(category))],
      ['gtin', 'gtin', row.get('gtin')],
      ['modelNumbers', 'mpn', row.get('mpn')],
      ['stock', 'availability', /^in.stock$/i.test(row.get('availability') ?? '') ? '1' : '0'],
      [`price.${amount.currency?.toLowerCase()}`, price.name, amount.number],
      ...optionNames.flatMap((name): MappedCell[] =>
        row.get(name) ? [[`options.${name}`, name, row.get(name)]] : [],
      ),
    ]
  },
}

/** The price of a sale counts when it has no dates. */
function priceOf(row: Row) {
  const isOnSale = row.get('sale price') && !row.get('sale price effective date')
  return cellOf(row, isOnSale ? 'sale price' : 'price')
}
