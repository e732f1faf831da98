import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { asRole } from '../../../test/jobs-service.ts'
import { order, useWebhooks, verify } from '../../../test/use-webhooks.ts'
import { publishKind } from './publish-kind.ts'

const { ask, backend, core, pool, counted, ended, receiver, received, ...webhooks } = await useWebhooks()
const { createEndpoint, readEndpoint, publish, deliveries, deliver, firstAttempt, runAgain, deadOf } =
  webhooks

const auditActions = async () =>
  (await pool.query<{ action: string }>("select payload ->> 'action' as action from outbox")).rows.map(
    ({ action }) => action,
  )

describe('an event', () => {
  test('reaches each endpoint that is subscribed to its type, signed with the secret of the endpoint', async () => {
    const [one, two] = [await createEndpoint(), await createEndpoint([order.type, 'order.refunded'])]
    await createEndpoint(['order.refunded'])
    const id = await publish()
    for (const { id: delivery } of await deliveries()) await ended(delivery)
    expect(received).toHaveLength(2)
    const verified = [one, two].map(({ secret }) =>
      received.filter((webhook) => {
        try {
          return verify(secret, webhook)
        } catch {
          return false
        }
      }),
    )
    expect(verified.map((each) => each.length)).toEqual([1, 1])
    expect(JSON.parse(received[0]?.body ?? '')).toMatchObject(order)
    expect(received.map(({ headers }) => headers['webhook-id'])).toEqual([`evt_${id}`, `evt_${id}`])
  })

  test('has the signature that the standard defines: an HMAC over its id, its time and its body', async () => {
    const { secret } = await createEndpoint()
    await deliver()
    const [webhook] = received
    if (webhook === undefined) throw new Error('nothing was received')
    const { headers, body } = webhook
    const signed = [headers['webhook-id'], headers['webhook-timestamp'], body].join('.')
    const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
    const expected = createHmac('sha256', key).update(signed).digest('base64')
    expect(headers['webhook-signature']).toBe(`v1,${expected}`)
    expect(key).toHaveLength(32)
  })

  test('of another tenant reaches no endpoint', async () => {
    await createEndpoint()
    const headers = await asRole(backend, 'admin', 'other')
    const response = await ask('POST', '/jobs', { kind: 'webhook.publish', payload: order }, headers)
    expect((await ended(response.json<{ id: string }>().id)).result).toMatchObject({ deliveries: 0 })
  })

  test('that is published by two runs at once is delivered once', async () => {
    await createEndpoint()
    const id = await publish({ ...order, type: 'order.ignored' })
    await pool.query('delete from effect')
    const deliver = core.enqueuer.kindOf('webhook.deliver')
    const prepared = publishKind({ db: core.db, deliver }).prepare(order)
    if ('issues' in prepared) throw new Error('the payload is valid')
    const context = {
      id,
      rootId: id,
      tenant: 'main',
      attempt: 1,
      secret: undefined,
      signal: new AbortController().signal,
      // The handler writes no log.
      log: Object.create(null),
      progress: async () => {},
      effect: async () => ({}),
      cursor: { value: undefined, save: async () => {} },
    }
    await Promise.all([prepared.run(context), prepared.run(context)])
    expect(await deliveries()).toHaveLength(1)
  })

  test('with too much data is refused, because its deliveries would not fit', async () => {
    const payload = { ...order, data: { text: 'x'.repeat(62_000) } }
    expect((await ask('POST', '/jobs', { kind: 'webhook.publish', payload })).json()).toMatchObject({
      code: 'invalid_payload',
    })
  })
})

describe('a receiver that', () => {
  test.each([
    ['fails', 500, {}, 2.5, 5],
    ['redirects', 302, { location: 'http://169.254.169.254/' }, 2.5, 5],
    ['is overloaded', 429, {}, 10, 10],
    ['names a pause', 503, { 'retry-after': '7' }, 7, 7],
    ['names too long a pause', 503, { 'retry-after': '99999' }, 10, 10],
  ])('%s gets the webhook again later', async (_what, status, headers, minSeconds, maxSeconds) => {
    receiver.answer = { status, headers, body: 'broken' }
    await createEndpoint()
    await publish()
    const { message, started_at, retry_at, outcome } = await firstAttempt()
    expect({ message, outcome }).toEqual({
      message: `the endpoint returned ${status}: broken`,
      outcome: 'failed',
    })
    const seconds = (retry_at.getTime() - started_at.getTime()) / 1_000
    expect(seconds).toBeGreaterThanOrEqual(minSeconds)
    // The attempt itself takes time, more on a busy machine.
    expect(seconds).toBeLessThan(maxSeconds + 60)
    expect(received.map(({ path }) => path)).toEqual(['/hooks'])
  })

  test('recovers gets the same id again, and its failures are forgotten', async () => {
    receiver.answer = { status: 500 }
    const { id } = await createEndpoint()
    await publish()
    await firstAttempt()
    expect((await readEndpoint(id)).failingSince).not.toBeNull()
    receiver.answer = { status: 200, body: 'thanks' }
    expect(await runAgain()).toMatchObject({ result: { status: 200, body: 'thanks' } })
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    expect((await readEndpoint(id)).failingSince).toBeNull()
  })

  test('returns 410 is disabled, which is audited, counted and visible', async () => {
    receiver.answer = { status: 410 }
    const { id } = await createEndpoint()
    const before = await counted('jobs_webhook_endpoints_disabled_total')
    const { id: delivery } = await deliver()
    expect(await deadOf(delivery)).toMatchObject({ reason: 'endpoint_disabled' })
    expect(await readEndpoint(id)).toMatchObject({ state: 'disabled', disabledReason: 'gone' })
    expect(await auditActions()).toContain('jobs.webhook_endpoint_disabled')
    expect(await counted('jobs_webhook_endpoints_disabled_total')).toBe(before + 1)
  })

  test('has failed for five days is disabled', async () => {
    receiver.answer = { status: 500 }
    const { id } = await createEndpoint()
    await pool.query("update webhook_endpoint set failing_since = now() - interval '5 days'")
    const { id: delivery } = await deliver()
    expect(await deadOf(delivery)).toMatchObject({ reason: 'endpoint_disabled' })
    expect(await readEndpoint(id)).toMatchObject({ state: 'disabled', disabledReason: 'failing' })
  })

  test('sends megabytes has only the start of them stored', async () => {
    receiver.answer = { status: 200, body: 'x'.repeat(3_000_000) }
    await createEndpoint()
    const { result } = await deliver()
    expect(result).toEqual({ status: 200, body: 'x'.repeat(8_192) })
  })
})
