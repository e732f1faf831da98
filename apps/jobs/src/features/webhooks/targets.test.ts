import { expect, test } from 'vitest'
import { order, useWebhooks } from '../../../test/use-webhooks.ts'

const { ask, pool, createEndpoint, deliver, deadOf } = await useWebhooks()

test('a target that is not public is refused with the reason', async () => {
  const response = await ask('POST', '/webhook-endpoints', {
    url: 'http://169.254.169.254/',
    events: [order.type],
  })
  expect(response.json()).toMatchObject({
    code: 'webhook_target_refused',
    errors: [{ pointer: '/body/url', detail: 'must be a public address' }],
  })
})

test('a name that resolves to loopback is blocked when it is resolved, and no response is shown', async () => {
  // An endpoint at localhost is refused when it is created, but any name may resolve to loopback.
  const endpoint = await createEndpoint()
  await pool.query("update webhook_endpoint set url = 'http://localhost/hooks' where id = $1", [endpoint.id])
  const { id } = await deliver()
  expect(await deadOf(id)).toMatchObject({
    reason: 'blocked_target',
    message: '"localhost" has no public address',
  })
})

test.each(['http://127.0.0.1/', 'http://[::ffff:127.0.0.1]/', 'http://0x7f.1/'])(
  'a target that was stored before, %s, gets no webhook',
  async (url) => {
    const { id } = await createEndpoint()
    await pool.query('update webhook_endpoint set url = $2 where id = $1', [id, url])
    const delivery = await deliver()
    expect(await deadOf(delivery.id)).toMatchObject({ reason: 'blocked_target' })
  },
)
