import { type Message, publish } from '@fondasi/outbox'
import { type Db, type Tx, withTransaction } from '@fondasi/postgres'
import { z } from 'zod'
import { rebuildProductSearch } from '../products/repository.ts'
import * as repository from './repository.ts'

/** The names on the way to a category have changed: what search reads of its products is old. */
export const categoryRenamedTopic = 'category.renamed'

/** A second's work, so that a product that somebody is changing waits no longer. */
const productsAtOnce = 200

const payload = z.object({ categoryId: z.uuid(), after: z.uuid().nullable() })

/** Promises, in the transaction of the change, that the products of these categories are found by the new names. */
export async function promiseFanOut(tx: Tx, categoryIds: readonly string[]): Promise<void> {
  for (const categoryId of categoryIds) {
    await publish(tx, { topic: categoryRenamedTopic, payload: { categoryId, after: null } })
  }
}

/**
 * Outbox handler of `category.renamed`: writes the search rows of the category's next products anew and promises
 * the rest in the same transaction. A process that dies in between is taken over by another one.
 */
export async function handleCategoryRenamed(db: Db, message: Message): Promise<void> {
  const { categoryId, after } = payload.parse(message.payload)
  // A product on its way in may have read the old name and is not to be seen yet: wait until it is.
  if (after === null) await withTransaction(db, (tx) => repository.closeCategory(tx, categoryId))
  await withTransaction(db, async (tx) => {
    const range = { after, limit: productsAtOnce }
    const ids = await repository.holdNextProducts(tx, categoryId, range)
    if (ids.length === 0) return
    await rebuildProductSearch(tx, ids)
    if (ids.length === productsAtOnce) {
      const rest = { categoryId, after: ids.at(-1) ?? null }
      await publish(tx, { topic: categoryRenamedTopic, payload: rest })
    }
  })
}
