import { asRole, type CatalogBackend, type CatalogInstance } from './catalog-service.ts'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** Sends requests as an editor: `ask('PUT', '/products/…', { … }, { 'if-match': '*' })`. */
export function createEditor(backend: CatalogBackend, catalog: () => CatalogInstance) {
  return async (
    method: Method,
    url: string,
    payload?: object | string,
    headers: Record<string, string> = {},
  ) =>
    catalog().app.inject({
      method,
      url: `/v1${url}`,
      headers: {
        ...(await asRole(backend, 'editor')),
        ...(payload !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(payload !== undefined && { payload }),
    })
}

/** The actions of the audit events in the outbox, oldest first: `product_created`. */
export async function publishedEvents({ deps }: CatalogInstance): Promise<string[]> {
  const { rows } = await deps.pool.query<{ action: string }>(
    `select payload->>'action' as action from outbox where topic = 'audit.event' order by id`,
  )
  return rows.map(({ action }) => action.replace('catalog.', ''))
}

/** A write that waits this long for a lock, or longer for a connection, is 503. */
const maxWaitMs = 3_000

/**
 * Sends requests at once. When a busy machine needs so long for them that some wait too long and are 503, those are left
 * out; on any other machine all responses are returned.
 */
export async function sendAtOnce<Response extends { statusCode: number }>(
  requests: readonly (() => Promise<Response>)[],
): Promise<Response[]> {
  const startedAt = performance.now()
  const responses = await Promise.all(requests.map((send) => send()))
  const mayBeBusy = performance.now() - startedAt >= maxWaitMs
  return responses.filter(({ statusCode }) => !(mayBeBusy && statusCode === 503))
}
