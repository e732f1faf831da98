import type { Db } from '@fondasi/postgres'
import { emptyBody, problemResponses, type Service } from '@fondasi/service'
import { answerCached } from '../cache/answer.ts'
import type { Cache } from '../cache/service.ts'
import { timedOut } from '../search/timed-out.ts'
import { suggestions, suggestQuery } from './schemas.ts'
import { suggest } from './suggest.ts'

export async function registerSuggest(app: Service, { cache, db }: { cache: Cache; db: Db }): Promise<void> {
  app.get(
    '/products/suggest',
    {
      schema: {
        tags: ['suggestions'],
        operationId: 'suggestProducts',
        summary: 'Complete a query and find its first products while a person types',
        description: 'One page; `limit` says how many. A query without a word returns 400 `empty_query`.',
        querystring: suggestQuery,
        response: { 200: suggestions, 304: emptyBody, ...problemResponses(400, 429, 503) },
      },
    },
    (request, reply) =>
      answerCached(cache, request, reply, {
        schema: suggestions,
        compute: () => suggest(db, request.query).catch(timedOut),
      }),
  )
}
