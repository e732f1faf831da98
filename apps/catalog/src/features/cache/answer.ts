import { createHash } from 'node:crypto'
import { linkHeader, type Page, type Service } from '@fondasi/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Cache } from './service.ts'

/**
 * Answers a GET from the cache.
 *
 * @param options.schema of the answer
 * @param options.compute makes the answer when it is not there; may run after this request was answered
 */
export async function answerCached<Schema extends z.ZodType<Page<unknown>>>(
  cache: Cache,
  request: FastifyRequest,
  reply: FastifyReply,
  options: { schema: Schema; compute: () => Promise<z.output<Schema>> },
): Promise<void> {
  const question = JSON.stringify([request.routeOptions.url, request.query])
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
 * Every answer to GET gets an ETag, and is left out (304) when the client has it already. Every
 * write invalidates the cache before it is answered: who wrote sees it with the next request.
 */
export function registerCacheHooks(app: Service, cache: Cache): void {
  app.addHook('onSend', async (request, reply, payload) => {
    const isRead = ['GET', 'HEAD', 'OPTIONS'].includes(request.method)
    if (!isRead) {
      // A refused request has written nothing; one that failed may have.
      if (reply.statusCode < 400 || reply.statusCode >= 500) await cache.invalidate()
      return payload
    }
    if (reply.statusCode !== 200 || typeof payload !== 'string') return payload
    const etag = tagOf(payload, reply.getHeader('etag'))
    reply.header('etag', etag)
    // Kept by whoever likes, but asked for each time: a price may change.
    reply.header('cache-control', request.headers.authorization ? 'private, no-cache' : 'public, no-cache')
    if (!matches(request.headers['if-none-match'], etag)) return payload
    reply.code(304).removeHeader('content-type')
    return null
  })
  app.addHook('onClose', () => cache.settled())
}

/**
 * Weak: the same content, not the same bytes (a gateway may compress it). A version that the route has named goes
 * first, for If-Match; it does not change when a category gets another name, but what is shown does.
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
