import { type ClientOptions, createCaller, type VirtualClient } from './virtual-client.ts'

/** As customers type: two languages, prefixes, typos, a phrase, something to leave out. */
const queries = [
  'kemeja katun',
  'laptp gaming 16gb',
  '"sepatu lari" -merah',
  'kipas ang',
  'cotton shirt',
  'headphone bluetooth',
  'tas',
]

/** One customer, who searches, narrows it down and looks at what was found. */
export function createCatalogClient({ url, address, number }: ClientOptions): VirtualClient {
  const call = createCaller(url, address)
  let found: string | undefined

  async function search(index: number, more = '') {
    const query = encodeURIComponent(queries[(index + number) % queries.length] ?? '')
    const { outcome, text } = await call('search', `/v1/products/search?q=${query}${more}`)
    // A product's id is the first in its document.
    if (outcome.status === 200) found = /"id":"([\w-]+)"/.exec(text)?.[1] ?? found
    return outcome
  }

  return {
    /** Of a hundred requests: mostly searches, some of them with facets, and products that were found. */
    act(index) {
      const part = (index * 37) % 100
      if (part < 50) return search(index)
      if (part < 70) return search(index, '&facets=true&inStock=true')
      if (found === undefined) return search(index)
      return call('product', `/v1/products/${found}`).then(({ outcome }) => outcome)
    },
  }
}
