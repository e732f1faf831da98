import type { Access } from '@fondasi/access'
import {
  type CursorCodec,
  emptyBody,
  listQuery,
  pageOfItems,
  problemResponses,
  readPage,
  type Service,
} from '@fondasi/service'
import { changedBy } from '../events/changed-by.ts'
import { etag, ifMatchHeaders, requireIfMatch, tagged } from '../versions/if-match.ts'
import { category, categoryParams, categoryPatch, newCategory } from './schemas.ts'
import type { CategoryService } from './service.ts'

interface CategoryDeps {
  access: Access
  categories: CategoryService
  cursors: CursorCodec
  publicUrl: string
}

export async function registerCategories(app: Service, deps: CategoryDeps): Promise<void> {
  const { access, categories, cursors, publicUrl } = deps
  const onRequest = access.requirePermission('products:write')
  const tags = ['categories']
  const writing = { tags, security: [{ bearer: [] }] }
  const changing = { ...writing, params: categoryParams, headers: ifMatchHeaders }

  app.get(
    '/categories',
    {
      schema: {
        tags,
        operationId: 'listCategories',
        summary: 'List the tree of categories, ordered by path',
        querystring: listQuery,
        response: { 200: pageOfItems(category), 304: emptyBody, ...problemResponses(400, 429) },
      },
    },
    (request, reply) =>
      readPage({
        reply,
        cursors,
        list: 'categories',
        query: request.query,
        read: (range) => categories.list(range),
        keyOf: (row) => row.slugPath,
        toItem: (row) => row,
      }),
  )

  app.post(
    '/categories',
    {
      onRequest,
      schema: {
        ...writing,
        operationId: 'createCategory',
        summary: 'Create a category',
        body: newCategory,
        response: { 201: category, ...problemResponses(400, 401, 403, 409, 413, 415, 422, 429) },
      },
    },
    async (request, reply) => {
      const created = await categories.create(request.body, changedBy(request))
      return reply
        .code(201)
        .headers({ location: `${publicUrl}/v1/categories/${created.id}`, etag: etag(created.version) })
        .send(created)
    },
  )

  app.patch(
    '/categories/:id',
    {
      onRequest,
      schema: {
        ...changing,
        operationId: 'updateCategory',
        summary: 'Rename or move a category (JSON Merge Patch)',
        description:
          'A background job rebuilds the search rows of its products, so search finds them by the new names soon after.',
        body: categoryPatch,
        response: {
          200: category,
          ...problemResponses(400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 429),
        },
      },
    },
    async (request, reply) => {
      const condition = requireIfMatch(request.headers['if-match'])
      const { id } = request.params
      return tagged(reply, await categories.patch(id, request.body, condition, changedBy(request)))
    },
  )

  app.delete(
    '/categories/:id',
    {
      onRequest,
      schema: {
        ...changing,
        operationId: 'deleteCategory',
        summary: 'Delete an empty category',
        response: {
          204: emptyBody.meta({ description: 'Deleted' }),
          ...problemResponses(400, 401, 403, 404, 409, 412, 428, 429),
        },
      },
    },
    async (request, reply) => {
      const condition = requireIfMatch(request.headers['if-match'])
      await categories.delete(request.params.id, condition, changedBy(request))
      return reply.code(204).send()
    },
  )
}
