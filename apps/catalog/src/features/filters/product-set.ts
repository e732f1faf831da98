import type { Filters } from './schemas.ts'

/** The products that a list is about. Repositories turn it into SQL, see repository.ts. */
export interface ProductSet {
  /** Only products that a search found: by its words, or by their code. `unwanted` are tsqueries that none of them matches. */
  found?: { tsquery: string; codeMatches: readonly string[]; unwanted: readonly string[] }
  filters: Filters
  /** Only products with a price in the currency: a list that is sorted by price. */
  isPriced: boolean
}

export const hasPriceRange = ({ minPrice, maxPrice }: Filters): boolean =>
  minPrice !== undefined || maxPrice !== undefined
