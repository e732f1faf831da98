import { createHash } from 'node:crypto'
import { emptyBody, problemResponses, type Service } from '@fondasi/service'
import { jwks } from './schemas.ts'
import type { KeyStore } from './service.ts'

/** Far below the day for which a key is published before it signs, and long enough to avoid most fetches. */
const maxAgeSeconds = 300

/** Outside `/v1`: well-known URLs (RFC 8615) are at the root. */
export async function registerKeys(app: Service, { keys }: { keys: KeyStore }): Promise<void> {
  app.get(
    '/.well-known/jwks.json',
    {
      schema: {
        tags: ['keys'],
        operationId: 'getKeySet',
        summary: 'Get the public keys that verify access tokens',
        response: {
          200: {
            description: 'A JSON Web Key Set (RFC 7517)',
            content: { 'application/jwk-set+json': { schema: jwks } },
          },
          304: emptyBody.meta({ description: 'The key set still has the ETag in `If-None-Match`' }),
          ...problemResponses(429),
        },
      },
    },
    async (request, reply) => {
      const document = keys.jwks()
      const etag = `"${createHash('sha256').update(JSON.stringify(document)).digest('base64url')}"`
      reply.header('cache-control', `public, max-age=${maxAgeSeconds}`).header('etag', etag)
      if (matches(request.headers['if-none-match'], etag)) return reply.code(304).send()
      return reply.type('application/jwk-set+json').send(document)
    },
  )
}

/** RFC 9110, section 13.1.2: a list of tags, compared weakly. `*` matches any. */
function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  const tags = (ifNoneMatch ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  return tags.includes(etag) || tags.includes('*')
}
