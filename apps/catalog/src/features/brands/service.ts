import type { Db } from '@fondasi/postgres'
import type { Range } from '@fondasi/service'
import { listBrands } from './repository.ts'

/** Brands come into being with the first product that names them. */
export function createBrandService({ db }: { db: Db }) {
  return {
    /** By name. */
    list: (range: Range) => listBrands(db, range),
  }
}
