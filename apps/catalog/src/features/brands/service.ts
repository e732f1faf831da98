import type { Db } from '@fondasi/postgres'
import { type Brand, listBrands } from './repository.ts'

/** Brands come into being with the first product that names them. */
export function createBrandService({ db }: { db: Db }) {
  return {
    /** By name. */
    list: (range: { limit: number; after?: string; before?: string }): Promise<Brand[]> =>
      listBrands(db, range),
  }
}
