import { type Db, isUniqueViolation } from '@fondasi/postgres'
import type { Range } from '@fondasi/service'
import { problem } from '../../errors.ts'
import type { ChangedBy, Changes } from '../events/changes.ts'
import * as repository from './repository.ts'
import type { SynonymFields } from './schemas.ts'

export type SynonymService = ReturnType<typeof createSynonymService>

/** Words that search finds in addition to a typed one. It reads them with every query, so a change works at once. */
export function createSynonymService(deps: { db: Db; changes: Changes; clock: () => Date }) {
  const { db, changes, clock } = deps
  return {
    /** Ordered by term. */
    list: (range: Range) => repository.listSynonyms(db, range),

    /** Creates or replaces the synonym with this id. @throws `synonym_exists` when another one has the term */
    async write(id: string, fields: SynonymFields, by: ChangedBy): Promise<repository.Synonym> {
      try {
        return await changes.run(by, async (tx, record) => {
          const written = await repository.writeSynonym(tx, id, fields, clock())
          await record('synonym_updated', { type: 'synonym', id })
          return written
        })
      } catch (error) {
        if (isUniqueViolation(error, 'synonyms_term_unique'))
          throw problem('synonym_exists', { cause: error })
        throw error
      }
    },

    /** @throws `synonym_not_found` */
    delete: (id: string, by: ChangedBy): Promise<void> =>
      changes.run(by, async (tx, record) => {
        if (!(await repository.deleteSynonym(tx, id))) throw problem('synonym_not_found')
        await record('synonym_deleted', { type: 'synonym', id })
      }),
  }
}
