import type { Db } from '@fondasi/postgres'
import type { Range } from '@fondasi/service'
import { listBrands } from './repository.ts'

export type BrandService = ReturnType<typeof createBrandService>

/** Brands are created by the first product that names them. */
export function createBrandService({ db }: { db: Db }) {
  return {
    /** Ordered by name. */
    list: (range: Range) => listBrands(db, range),
  }
}
