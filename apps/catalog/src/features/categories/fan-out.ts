import { type Message, publish } from '@fondasi/outbox'
import { type Db, type Tx, withTransaction } from '@fondasi/postgres'
import { z } from 'zod'
import { rebuildProductSearch } from '../products/repository.ts'
import * as repository from './repository.ts'

/** A category or one above it has a new name, so the search rows of its products are out of date. */
export const categoryRenamedTopic = 'category.renamed'

/** A batch takes about a second, so other writers wait no longer than that for its locks. */
const productsAtOnce = 200

const payload = z.object({ categoryId: z.uuid(), after: z.uuid().nullable() })

/** Publishes, in the transaction of the change, that the search rows of these categories' products must be rebuilt. */
export async function publishFanOut(tx: Tx, categoryIds: readonly string[]): Promise<void> {
  for (const categoryId of categoryIds) {
    await publish(tx, { topic: categoryRenamedTopic, payload: { categoryId, after: null } })
  }
}

/**
 * Outbox handler of `category.renamed`: rebuilds the search rows of the category's next products and publishes a
 * message for the rest in the same transaction. When the process dies in between, another one continues.
 */
export async function handleCategoryRenamed(db: Db, message: Message): Promise<void> {
  const { categoryId, after } = payload.parse(message.payload)
  // A transaction that is adding a product may have read the old name, and its product is not visible yet: wait for it.
  if (after === null) await withTransaction(db, (tx) => repository.lockCategory(tx, categoryId))
  await withTransaction(db, async (tx) => {
    const range = { after, limit: productsAtOnce }
    const ids = await repository.lockNextProducts(tx, categoryId, range)
    if (ids.length === 0) return
    await rebuildProductSearch(tx, ids)
    if (ids.length === productsAtOnce) {
      const rest = { categoryId, after: ids.at(-1) ?? null }
      await publish(tx, { topic: categoryRenamedTopic, payload: rest })
    }
  })
}
