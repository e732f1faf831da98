import { categoryPath, cell, type Mapping, type Row, refuse } from './mapping.ts'

const optionNames = ['color', 'size', 'material', 'pattern']

/**
 * A text feed of Google Merchant Center, separated by tabs or commas. It says only whether a product is in stock, which
 * becomes a stock of 1 or 0.
 */
export const google: Mapping = {
  required: [['id'], ['title'], ['price'], ['availability']],
  needsCurrency: false,
  start: () => (row) => {
    const [, price, amount = ''] = cell('', row, priceNames(row))
    const [, number, currency] = /^([\d.,]+) *([a-z]{3})$/i.exec(amount) ?? []
    if (!number || !currency)
      return refuse(row, price, row.get('id'), 'must be a number and a currency, such as 15.00 USD')
    return [
      cell('sku', row, ['id']),
      cell('product', row, ['item group id']),
      cell('title.en', row, ['title']),
      cell('description.en', row, ['description']),
      cell('brand', row, ['brand']),
      cell('category', row, ['product type', 'google product category'], categoryPath),
      cell('gtin', row, ['gtin']),
      cell('modelNumbers', row, ['mpn']),
      cell('stock', row, ['availability'], (text) => (/^in.stock$/i.test(text) ? '1' : '0')),
      [`price.${currency.toLowerCase()}`, price, number],
      ...optionNames.filter((name) => row.get(name)).map((name) => cell(`options.${name}`, row, [name])),
    ]
  },
}

/** The price of a sale counts when it has no dates. */
function priceNames(row: Row): string[] {
  return row.get('sale price effective date') ? ['price'] : ['sale price', 'price']
}
