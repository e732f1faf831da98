import type { Db, Tx } from '@fondasi/postgres'
import type { Range } from '@fondasi/service'
import { problem } from '../../errors.ts'
import type { ChangedBy, Changes } from '../events/changes.ts'
import { checkVersion, type VersionCondition } from '../versions/if-match.ts'
import { publishFanOut } from './fan-out.ts'
import * as repository from './repository.ts'
import type { Category, CategoryPatch, NewCategory } from './schemas.ts'

/** Search indexes the names of a product's whole path, and people get lost in deeper trees. */
const maxDepth = 8

type Row = NonNullable<Awaited<ReturnType<typeof repository.findCategory>>>

function toCategory({ nameEn, nameId, ...row }: Row): Category {
  return { ...row, name: { en: nameEn, id: nameId } }
}

const checkDepth = (slugPath: string) => {
  if (slugPath.split('/').length > maxDepth) throw problem('category_too_deep')
}

export type CategoryService = ReturnType<typeof createCategoryService>

/** The tree of categories. Changes are serialised, because two concurrent moves could make a cycle. They are rare. */
export function createCategoryService(deps: { db: Db; changes: Changes; clock: () => Date }) {
  const { db, changes, clock } = deps
  async function pathBelow(tx: Tx, parentId: string | null, slug: string): Promise<string> {
    if (parentId === null) return slug
    const parent = await repository.findCategory(tx, parentId)
    if (parent) return `${parent.slugPath}/${slug}`
    const detail = 'no category has this id'
    throw problem('unknown_reference', { errors: [{ pointer: '/body/parentId', code: 'not_found', detail }] })
  }

  async function lock(tx: Tx, id: string, condition: VersionCondition): Promise<Row> {
    await repository.lockTree(tx)
    const held = await repository.findCategory(tx, id)
    if (!held) throw problem('category_not_found')
    checkVersion(condition, held.version)
    return held
  }

  return {
    /** Ordered by path. */
    async list(range: Range): Promise<Category[]> {
      return (await repository.listCategories(db, range)).map(toCategory)
    },

    /** @throws `category_exists`, `unknown_reference`, `category_too_deep` */
    create: ({ slug, name, parentId }: NewCategory, by: ChangedBy): Promise<Category> =>
      changes.run(by, async (tx, record) => {
        await repository.lockTree(tx)
        const slugPath = await pathBelow(tx, parentId, slug)
        checkDepth(slugPath)
        const row = { parentId, slugPath, nameEn: name.en, nameId: name.id, createdAt: clock() }
        const created = await repository.insertCategory(tx, row)
        if (!created) throw problem('category_exists')
        await record('category_created', { type: 'category', id: created.id })
        return toCategory(created)
      }),

    /**
     * Renames or moves a category with all below it. Search finds its products by the new names soon after.
     *
     * @throws `category_not_found`, `precondition_failed`, `unknown_reference`, `category_cycle`, `category_exists`,
     * `category_too_deep`
     */
    patch: (
      id: string,
      patch: CategoryPatch,
      condition: VersionCondition,
      by: ChangedBy,
    ): Promise<Category> =>
      changes.run(by, async (tx, record) => {
        const held = await lock(tx, id, condition)
        const slug = patch.slug ?? held.slugPath.slice(held.slugPath.lastIndexOf('/') + 1)
        const parentId = patch.parentId === undefined ? held.parentId : patch.parentId
        const slugPath = await pathBelow(tx, parentId, slug)
        // A parent that is below the category has the category's path as its prefix.
        if (parentId === id || (parentId !== held.parentId && slugPath.startsWith(`${held.slugPath}/`)))
          throw problem('category_cycle')
        if (await repository.isPathTaken(tx, slugPath, id)) throw problem('category_exists')
        const nameEn = patch.name?.en ?? held.nameEn
        const nameId = patch.name?.id ?? held.nameId
        await repository.updateCategory(tx, id, { nameEn, nameId, parentId })
        const subtree = await repository.moveSubtree(tx, held.slugPath, slugPath)
        for (const moved of subtree) checkDepth(moved.slugPath)
        if (nameEn !== held.nameEn || nameId !== held.nameId || parentId !== held.parentId)
          await publishFanOut(
            tx,
            subtree.map((moved) => moved.id),
          )
        await record('category_updated', { type: 'category', id })
        return toCategory({ ...held, nameEn, nameId, parentId, slugPath, version: held.version + 1 })
      }),

    /** @throws `category_not_found`, `precondition_failed`, `category_in_use` */
    async delete(id: string, condition: VersionCondition, by: ChangedBy): Promise<void> {
      await changes.run(by, async (tx, record) => {
        await lock(tx, id, condition)
        await repository.lockCategory(tx, id)
        if (await repository.isInUse(tx, id)) throw problem('category_in_use')
        await repository.deleteCategory(tx, id)
        await record('category_deleted', { type: 'category', id })
      })
    },
  }
}
