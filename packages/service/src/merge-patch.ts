import type { Service } from './service.ts'

const jsonTypes = ['application/json', 'application/merge-patch+json']

/**
 * Lets every PATCH route accept `application/merge-patch+json` beside `application/json`, and documents both. All PATCH
 * routes of the kit are JSON Merge Patches (RFC 7396). Call it before adding routes.
 */
export function acceptMergePatch(app: Service): void {
  app.addHook('onRoute', ({ method, schema }) => {
    if (method === 'PATCH' && schema?.body !== undefined) schema.consumes = jsonTypes
  })
  app.addHook('onRequest', async ({ method, headers }) => {
    const isMergePatch = /^application\/merge-patch\+json\b/i.test(headers['content-type'] ?? '')
    if (isMergePatch && method === 'PATCH') headers['content-type'] = 'application/json'
  })
}
