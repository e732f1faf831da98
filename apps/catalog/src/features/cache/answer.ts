import { createHash } from 'node:crypto'
import { linkHeader, type Page, type Service } from '@fondasi/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Cache } from './service.ts'

/**
 * Responds to a GET from the cache.
 *
 * @param options.schema the schema of the response body
 * @param options.compute makes the response on a cache miss; may still run after this request has got its response
 */
export async function answerCached<Schema extends z.ZodType<Page<unknown>>>(
  cache: Cache,
  request: FastifyRequest,
  reply: FastifyReply,
  options: { schema: Schema; compute: () => Promise<z.output<Schema>> },
): Promise<void> {
  const question = JSON.stringify([request.routeOptions.url, request.params, request.query])
  const key = createHash('sha256').update(question).digest('base64url')
  const text = await cache.read(key, async () => {
    const answer = await options.compute()
    return `${linkHeader(request.url, answer.page)}\n${JSON.stringify(z.encode(options.schema, answer))}`
  })
  const linkEnd = text.indexOf('\n')
  if (linkEnd > 0) reply.header('link', text.slice(0, linkEnd))
  await reply.type('application/json; charset=utf-8').send(text.slice(linkEnd + 1))
}

/**
 * Adds an ETag to every GET response, and responds 304 without a body when the client already has it. Every write
 * invalidates the cache before it responds, so that the writer sees the change with the next request.
 */
export function registerCacheHooks(app: Service, cache: Cache): void {
  app.addHook('onSend', async (request, reply, payload) => {
    const isRead = ['GET', 'HEAD', 'OPTIONS'].includes(request.method)
    if (!isRead) {
      // A refused request (4xx) has written nothing; one that failed (5xx) may have.
      if (reply.statusCode < 400 || reply.statusCode >= 500) await cache.invalidate()
      return payload
    }
    if (reply.statusCode !== 200 || typeof payload !== 'string') return payload
    const etag = tagOf(payload, reply.getHeader('etag'))
    reply.header('etag', etag)
    // Caches may keep it but must revalidate each time, because a price may change.
    reply.header('cache-control', request.headers.authorization ? 'private, no-cache' : 'public, no-cache')
    if (!matches(request.headers['if-none-match'], etag)) return payload
    reply.code(304).removeHeader('content-type')
    return null
  })
  app.addHook('onClose', () => cache.settled())
}

/**
 * A hash of the content. It is weak, because a gateway may compress the bytes. When the route has set the version as
 * ETag, for If-Match, the hash follows the version: renaming a category changes what a product shows, but not the
 * product's version.
 */
function tagOf(payload: string, version: unknown): string {
  const content = createHash('sha1').update(payload).digest('base64url')
  return typeof version === 'string' ? version.replace(/"$/, `:${content}"`) : `W/"${content}"`
}

/** RFC 9110, 13.1.2: If-None-Match compares weakly. */
function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false
  const opaque = (tag: string) => tag.trim().replace(/^W\//, '')
  return ifNoneMatch.trim() === '*' || ifNoneMatch.split(',').some((tag) => opaque(tag) === opaque(etag))
}
