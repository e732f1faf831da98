import { waitFor } from '@fondasi/testing'
import { expect, test } from 'vitest'
import { useCatalog } from '../../../test/use-catalog.ts'
import { storeEvent } from './repository.ts'

const { backend, catalog, shop, ask } = await useCatalog()
catalog.background.start()

const stored = async () =>
  (
    await catalog.deps.pool.query<{ id: string; event: Record<string, unknown> }>(
      'select * from audit_events',
    )
  ).rows

test('a change is recorded once: who, what, in which request; personal data is separate', async () => {
  const id = await shop.product({ title: 'Shirt', categoryId: await shop.category('all'), sku: 'KMJ-204' })
  const headers = { 'user-agent': 'test browser', 'x-request-id': 'request-1' }
  await ask('PUT', `/products/${id}/skus/kmj 204`, { stock: 1 }, headers)
  await waitFor(async () => (await stored()).length === 1, {
    timeoutMs: 30_000,
    what: 'the event to be stored',
  })
  const [kept] = await stored()
  const { private: personal, ...event } = kept?.event ?? {}
  expect(event).toMatchObject({
    action: 'catalog.sku_updated',
    outcome: 'success',
    actor: { type: 'user', id: 'editor-of-the-test' },
    targets: [
      { type: 'sku', id: 'KMJ-204' },
      { type: 'product', id },
    ],
    context: { source: 'catalog', requestId: 'request-1' },
    occurredAt: backend.clock().toISOString(),
  })
  expect(personal).toEqual([
    { subject: 'user:editor-of-the-test', values: { ip: '127.0.0.1', userAgent: 'test browser' } },
  ])
  expect(JSON.stringify(event)).not.toMatch(/127\.0\.0\.1|browser/)

  const again = { topic: 'audit.event', payload: {}, secret: undefined, requestId: undefined, attempt: 2 }
  const message = { ...again, id: kept?.id ?? '', traceparent: undefined, createdAt: backend.clock() }
  await storeEvent(catalog.deps.db, message)
  expect(await stored()).toEqual([kept])
})

test.each(["update audit_events set event = '{}'", 'delete from audit_events', 'truncate audit_events'])(
  'the service’s own role may not: %s',
  async (statement) => {
    await expect(catalog.deps.pool.query(statement)).rejects.toMatchObject({ code: '42501' })
  },
)
