import type { Db } from '@fondasi/postgres'
import type { Range } from '@fondasi/service'
import { problem } from '../../errors.ts'
import type { ChangedBy, Changes } from '../events/changes.ts'
import * as repository from './repository.ts'
import type { Attribute, AttributeFields } from './schemas.ts'

export type AttributeService = ReturnType<typeof createAttributeService>

/** Declarations of attributes. What products have must stay declared with its type. */
export function createAttributeService({ db, changes }: { db: Db; changes: Changes }) {
  return {
    /** Ordered by name. */
    list: (range: Range) => repository.listAttributes(db, range),

    /** @throws `attribute_in_use` when products have it with another type */
    write: (name: string, fields: AttributeFields, by: ChangedBy): Promise<Attribute> =>
      changes.run(by, async (tx, record) => {
        if (!(await repository.insertAttribute(tx, name, fields))) {
          const held = await repository.lockAttribute(tx, name)
          if (held?.type !== fields.type && (await repository.isInUse(tx, name)))
            throw problem('attribute_in_use')
          await repository.updateAttribute(tx, name, fields)
        }
        await record('attribute_updated', { type: 'attribute', id: name })
        return { name, ...fields }
      }),

    /** @throws `attribute_not_found`, `attribute_in_use` */
    delete: (name: string, by: ChangedBy): Promise<void> =>
      changes.run(by, async (tx, record) => {
        if (!(await repository.lockAttribute(tx, name))) throw problem('attribute_not_found')
        if (await repository.isInUse(tx, name)) throw problem('attribute_in_use')
        await repository.deleteAttribute(tx, name)
        await record('attribute_deleted', { type: 'attribute', id: name })
      }),
  }
}
