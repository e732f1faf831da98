import { plainText } from '../../products/plain-text.ts'
import type { Cell } from '../csv/cells.ts'
import {
  categoryPath,
  cell,
  type Mapping,
  optionColumn,
  type Row,
  refuse,
  unpublished,
  withoutDebt,
} from './mapping.ts'

const handleNames = ['handle', 'url handle']
const skuNames = ['variant sku', 'sku']
const priceNames = ['variant price', 'price']

/**
 * Shopify's product export. The first row of a product has its own fields, the next ones only those of another variant or
 * image. Of the images, the first one counts, because the others come after the rows of the variants. Shopify has renamed
 * some columns, so both names count.
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
        cell('brand', first, ['vendor'], plainText),
        cell('category', first, ['product category', 'type'], categoryPath),
        cell('images', first, ['image src', 'product image url']),
        cell('gtin', row, ['variant barcode', 'barcode'], (text) => text.replace(/^'/, '')),
        stockOf(row),
        cell(`price.${currency}`, row, priceNames),
        cell(`compareAtPrice.${currency}`, row, ['variant compare at price', 'compare-at price']),
        ...options,
      ]
    }
  },
}

function isPublished(first: Row): boolean {
  const [, , published] = cell('', first, ['published', 'published on online store'])
  return /^(active)?$/i.test(first.get('status') ?? '') && published?.toLowerCase() !== 'false'
}

/** A variant without an inventory tracker has a quantity of 0 and can always be bought. */
function stockOf(row: Row): Cell {
  const [, tracker, name] = cell('', row, ['variant inventory tracker', 'inventory tracker'])
  if (name === '') return ['inStock', tracker, 'true']
  return cell('stock', row, ['variant inventory qty', 'inventory quantity'], withoutDebt)
}

function optionsOf(row: Row, first: Row): Cell[] {
  return [1, 2, 3].flatMap((number) => {
    const name = row.get(`option${number} name`) || first.get(`option${number} name`)
    const value = row.get(`option${number} value`)
    // A product without variants has one named so.
    if (!name || !value || value === 'Default Title') return []
    return [cell(optionColumn(name), row, [`option${number} value`], plainText)]
  })
}
