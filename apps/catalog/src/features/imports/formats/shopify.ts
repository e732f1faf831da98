import {
  categoryPath,
  cellOf,
  type MappedCell,
  type Mapping,
  type Row,
  refuse,
  unpublished,
} from './mapping.ts'

const handleNames = ['handle', 'url handle']
const skuNames = ['variant sku', 'sku']
const priceNames = ['variant price', 'price']

/**
 * Shopify's product export. The first row of a product has its own fields, the next ones only those of another variant or
 * image. Shopify has renamed some columns, so both names count.
 */
export const shopify: Mapping = {
  required: [handleNames, ['title'], skuNames, priceNames],
  needsCurrency: true,
  start: (currency) => {
    let first: Row = new Map()
    return (row) => {
      const handle = cellOf(row, ...handleNames)
      if (handle.text !== cellOf(first, ...handleNames).text) first = row
      const sku = cellOf(row, ...skuNames)
      const price = cellOf(row, ...priceNames)
      const options = optionsOf(row, first)
      // A row with another image of the product.
      if (!sku.text && !price.text && options.length === 0) return undefined
      if (!isPublished(first)) return refuse(first, 'status', sku.text, unpublished)
      const stock = cellOf(row, 'variant inventory qty', 'inventory quantity')
      const barcode = cellOf(row, 'variant barcode', 'barcode')
      const description = cellOf(first, 'body (html)', 'description')
      const category = first.get('product category') ? 'product category' : 'type'
      return [
        ['sku', sku.name, sku.text],
        ['product', handle.name, handle.text],
        ['title.en', 'title', first.get('title')],
        ['description.en', description.name, description.text],
        ['brand', 'vendor', first.get('vendor')],
        ['category', category, categoryPath(first.get(category))],
        ['gtin', barcode.name, barcode.text?.replace(/^'/, '')],
        // Shopify counts what is oversold below zero.
        ['stock', stock.name, stock.text?.replace(/^-\d+$/, '0')],
        [`price.${currency}`, price.name, price.text],
        ...options,
      ]
    }
  },
}

function isPublished(first: Row): boolean {
  const status = first.get('status')?.toLowerCase() || 'active'
  const published = cellOf(first, 'published', 'published on online store').text?.toLowerCase()
  return status === 'active' && published !== 'false'
}

function optionsOf(row: Row, first: Row): MappedCell[] {
  return [1, 2, 3].flatMap((number): MappedCell[] => {
    const name = row.get(`option${number} name`) || first.get(`option${number} name`)
    const value = row.get(`option${number} value`)
    // A product without variants has one named so.
    if (!name || !value || value === 'Default Title') return []
    return [[`options.${name}`, `option${number} value`, value]]
  })
}
