import type { Cell } from '../csv/cells.ts'
import { categoryPath, cell, type Mapping, type Row, refuse, unpublished, withoutDebt } from './mapping.ts'

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
      const textOf = (of: Row, names: string[]) => cell('', of, names)[2]
      if (textOf(row, handleNames) !== textOf(first, handleNames)) first = row
      const options = optionsOf(row, first)
      const sku = textOf(row, skuNames)
      // A row with another image of the product.
      if (!sku && !textOf(row, priceNames) && options.length === 0) return undefined
      if (!isPublished(first)) return refuse(first, 'status', sku, unpublished)
      return [
        cell('sku', row, skuNames),
        cell('product', row, handleNames),
        cell('title.en', first, ['title']),
        cell('description.en', first, ['body (html)', 'description']),
        cell('brand', first, ['vendor']),
        cell('category', first, ['product category', 'type'], categoryPath),
        cell('gtin', row, ['variant barcode', 'barcode'], (text) => text.replace(/^'/, '')),
        cell('stock', row, ['variant inventory qty', 'inventory quantity'], withoutDebt),
        cell(`price.${currency}`, row, priceNames),
        ...options,
      ]
    }
  },
}

function isPublished(first: Row): boolean {
  const [, , published] = cell('', first, ['published', 'published on online store'])
  return /^(active)?$/i.test(first.get('status') ?? '') && published?.toLowerCase() !== 'false'
}

function optionsOf(row: Row, first: Row): Cell[] {
  return [1, 2, 3].flatMap((number) => {
    const name = row.get(`option${number} name`) || first.get(`option${number} name`)
    const value = row.get(`option${number} value`)
    // A product without variants has one named so.
    if (!name || !value || value === 'Default Title') return []
    return [cell(`options.${name}`, row, [`option${number} value`])]
  })
}
