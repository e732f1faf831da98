import { type Db, isForeignKeyViolation } from '@fondasi/postgres'
import type { Range } from '@fondasi/service'
import { problem } from '../../errors.ts'
import type { ChangedBy, Changes } from '../events/changes.ts'
import { minorDigits } from '../products/money.ts'
import * as repository from './repository.ts'
import type { PriceList } from './schemas.ts'

export type PriceListService = ReturnType<typeof createPriceListService>

/** A list keeps its currency, because every price in it would change its meaning. */
export function createPriceListService({ db, changes }: { db: Db; changes: Changes }) {
  return {
    /** Ordered by name. */
    list: async (range: Range) => (await repository.listPriceLists(db, range)).map(toPriceList),

    /** Creates the list, or does nothing when it exists. @throws `price_list_exists` when it has another currency */
    write: (name: string, currency: string, by: ChangedBy): Promise<PriceList> =>
      changes.run(by, async (tx, record) => {
        const isNew = await repository.insertPriceList(tx, name, currency)
        if (isNew) await record('price_list_created', { type: 'price_list', id: name })
        const row = await repository.findPriceList(tx, name)
        if (row?.currency !== currency) throw problem('price_list_exists')
        return toPriceList(row)
      }),

    /** @throws `price_list_not_found`, `price_list_in_use` */
    async delete(name: string, by: ChangedBy): Promise<void> {
      try {
        await changes.run(by, async (tx, record) => {
          if (!(await repository.deletePriceList(tx, name))) throw problem('price_list_not_found')
          await record('price_list_deleted', { type: 'price_list', id: name })
        })
      } catch (error) {
        throw isForeignKeyViolation(error) ? problem('price_list_in_use', { cause: error }) : error
      }
    },
  }
}

function toPriceList({ code, ...list }: repository.Row): PriceList {
  return { name: code, ...list, minorDigits: minorDigits(list.currency) }
}
