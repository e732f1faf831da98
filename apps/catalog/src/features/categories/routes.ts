import { emptyBody, listQuery, pageOfItems, problemResponses, readPage, type Service } from '@fondasi/service'
import type { FeatureDeps } from '../../app.ts'
import { changedBy } from '../events/changed-by.ts'
import { etag, ifMatchHeaders, requireIfMatch } from '../versions/if-match.ts'
import { category, categoryParams, categoryPatch, newCategory } from './schemas.ts'
import { createCategoryService } from './service.ts'

export async function registerCategories(app: Service, deps: FeatureDeps): Promise<void> {
  const { access, config, cursors } = deps
  const categories = createCategoryService(deps)
  const onRequest = access.requirePermission('products:write')
  const tags = ['categories']
  const writing = { tags, security: [{ bearer: [] }] }
  const changing = { ...writing, params: categoryParams, headers: ifMatchHeaders }

  app.get(
    '/categories',
    {
      schema: {
        tags,
        summary: 'The tree of categories, by path',
        querystring: listQuery,
        response: { 200: pageOfItems(category), ...problemResponses(400, 429) },
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
        summary: 'Make a category',
        body: newCategory,
        response: { 201: category, ...problemResponses(400, 401, 403, 409, 413, 415, 422, 429) },
      },
    },
    async (request, reply) => {
      const made = await categories.create(request.body, changedBy(request))
      return reply
        .code(201)
        .headers({ location: `${config.PUBLIC_URL}/v1/categories/${made.id}`, etag: etag(made.version) })
        .send(made)
    },
  )

  app.patch(
    '/categories/:id',
    {
      onRequest,
      schema: {
        ...changing,
        summary: 'Rename or move a category (JSON Merge Patch)',
        description:
          'Its products are found by the new names soon after: they are written anew in the background.',
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
      const changed = await categories.patch(id, request.body, condition, changedBy(request))
      return reply.header('etag', etag(changed.version)).send(changed)
    },
  )

  app.delete(
    '/categories/:id',
    {
      onRequest,
      schema: {
        ...changing,
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
