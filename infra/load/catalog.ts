import { type ClientOptions, createCaller, type VirtualClient } from './virtual-client.ts'

/** What customers type: two languages, prefixes, typos, a phrase, an excluded word. */
const queries = [
  'kemeja katun',
  'laptp gaming 16gb',
  '"sepatu lari" -merah',
  'kipas ang',
  'cotton shirt',
  'headphone bluetooth',
  'tas',
]

/** One customer, who searches, filters, and opens a product that was found. */
export function createCatalogClient({ url, address, number }: ClientOptions): VirtualClient {
  const call = createCaller(url, address)
  let found: string | undefined

  async function search(index: number, more = '') {
    const query = encodeURIComponent(queries[(index + number) % queries.length] ?? '')
    const { outcome, text } = await call('search', `/v1/products/search?q=${query}${more}`)
    // The first id in a product's document is its own.
    if (outcome.status === 200) found = /"id":"([\w-]+)"/.exec(text)?.[1] ?? found
    return outcome
  }

  return {
    /** Out of a hundred requests: 70 searches, some with facets, and 30 product pages. */
    act(index) {
      const part = (index * 37) % 100
      if (part < 50) return search(index)
      if (part < 70) return search(index, '&facets=true&inStock=true')
      if (found === undefined) return search(index)
      return call('product', `/v1/products/${found}`).then(({ outcome }) => outcome)
    },
  }
}
