import { waitFor } from '@fondasi/testing'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { asRole } from '../../../test/jobs-service.ts'
import { useApp } from '../../../test/use-app.ts'
import { type ReceivedWebhook, startWebhookReceiver } from '../../../test/webhook-receiver.ts'
import { jobState } from '../../db/schema.ts'
import { publishKind } from './publish-kind.ts'

const receiver = await startWebhookReceiver()
const { ask, backend, core, pool, rows, ended, counted, runNow } = await useApp({
  WEBHOOK_ALLOWED_TARGETS: receiver.host,
})
const { received } = receiver
beforeEach(() => {
  received.length = 0
  receiver.answer = { status: 204 }
})
afterAll(() => receiver.close())
core.dispatcher.start()

type Endpoint = { id: string; secret: string; state: string; failingSince: string | null }
const order = {
  type: 'order.paid',
  data: { orderId: 'A-1', amount: { amount: 12_990_000, currency: 'IDR' } },
}

async function createEndpoint(events = [order.type], url = receiver.url): Promise<Endpoint> {
  const response = await ask('POST', '/webhook-endpoints', { url, events })
  expect(response.statusCode, response.body).toBe(201)
  return response.json()
}
const readEndpoint = async (id: string) => (await ask('GET', `/webhook-endpoints/${id}`)).json<Endpoint>()
async function publish(payload: object = order): Promise<string> {
  const response = await ask('POST', '/jobs', { kind: 'webhook.publish', payload })
  expect(response.statusCode, response.body).toBe(202)
  const { id } = response.json<{ id: string }>()
  await ended(id)
  return id
}
const deliveries = async () => (await rows()).filter(({ kind }) => kind === 'webhook.deliver')
/** Publishes an event that one endpoint gets. @returns the ended delivery */
async function deliver() {
  const before = (await deliveries()).length
  await publish()
  const delivery = (await deliveries())[before]
  return ended(delivery?.id ?? '')
}
/** Waits for the first failed attempt of a delivery. */
async function firstAttempt() {
  return waitFor(async () => (await pool.query('select * from attempt')).rows[0], {
    what: 'an attempt',
    timeoutMs: 60_000,
  })
}
/** Runs the only delivery again, without its pause. */
async function runAgain() {
  const [delivery] = await deliveries()
  const id = delivery?.id ?? ''
  await runNow('webhooks', id)
  return ended(id)
}
const deadOf = async (id: string) => (await pool.query('select * from dead where job_id = $1', [id])).rows[0]
const auditActions = async () =>
  (await pool.query<{ action: string }>("select payload ->> 'action' as action from outbox")).rows.map(
    ({ action }) => action,
  )
/** Verifies a webhook as a receiver would, with the library of the standard. */
function verify(secret: string, { body, headers }: ReceivedWebhook): unknown {
  const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature']
  return new Webhook(secret).verify(
    body,
    Object.fromEntries(names.map((name) => [name, String(headers[name])])),
  )
}

describe('an event', () => {
  test('reaches each endpoint that wants its type, signed with the secret of the endpoint', async () => {
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

  test('of another tenant reaches nobody', async () => {
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

describe('a rotated secret', () => {
  test('and the old one both verify for a day, and then only the new one', async () => {
    const { id, secret: old } = await createEndpoint()
    const { secret } = (await ask('POST', `/webhook-endpoints/${id}/rotate-secret`)).json<Endpoint>()
    await deliver()
    const [first] = received
    if (first === undefined) throw new Error('nothing was received')
    for (const each of [old, secret]) expect(verify(each, first)).toMatchObject(order)

    await pool.query("update webhook_endpoint set rotated_at = now() - interval '25 hours'")
    await deliver()
    const second = received[1]
    if (second === undefined) throw new Error('nothing was received')
    expect(verify(secret, second)).toMatchObject(order)
    expect(() => verify(old, second)).toThrow('No matching signature')
  })

  test('is encrypted at rest, and shown only once', async () => {
    const { id, secret } = await createEndpoint()
    const { rows: stored } = await pool.query('select secret::text as text from webhook_endpoint')
    const hex = Buffer.from(secret).toString('hex')
    expect(JSON.stringify(stored)).not.toContain(hex)
    expect((await ask('GET', `/webhook-endpoints/${id}`)).body).not.toContain(secret)
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
    // The attempt itself takes a moment, longer on a busy machine.
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

test('what a disabled endpoint misses is redriven after it is enabled', async () => {
  const { id } = await createEndpoint()
  const other = await createEndpoint(['order.other'])
  await ask('PATCH', `/webhook-endpoints/${id}`, { state: 'disabled' })
  await ask('PATCH', `/webhook-endpoints/${other.id}`, { state: 'disabled' })
  for (const type of [order.type, order.type, 'order.other']) {
    await publish({ ...order, type })
  }
  for (const each of await deliveries()) await ended(each.id)
  expect(received).toEqual([])

  const enabled = (await ask('PATCH', `/webhook-endpoints/${id}`, { state: 'enabled' })).json()
  expect(enabled).toMatchObject({ state: 'enabled', disabledReason: null, missed: { count: 2 } })
  const redriven = await ask('POST', '/dead/redrives', { filter: enabled.missed.filter })
  expect(redriven.json(), redriven.body).toMatchObject({ matching: 2, redriven: 2 })
  await waitFor(() => received.length === 2, { what: 'both webhooks', timeoutMs: 60_000 })
})

test('a test delivery tells how the endpoint responded', async () => {
  receiver.answer = { status: 202, body: 'ok' }
  const { id, secret } = await createEndpoint()
  const response = await ask('POST', `/webhook-endpoints/${id}/test`)
  expect(response.statusCode, response.body).toBe(202)
  const { jobId } = response.json<{ jobId: string }>()
  expect(response.headers['location']).toBe(`http://localhost:4103/v1/jobs/${jobId}`)
  expect(await ended(jobId)).toMatchObject({ state: jobState.done, result: { status: 202, body: 'ok' } })
  expect(received.map((webhook) => verify(secret, webhook))).toMatchObject([{ type: 'webhook.test' }])
})

test('a delivery to an endpoint that was deleted ends without a dead letter', async () => {
  receiver.answer = { status: 500 }
  const { id } = await createEndpoint()
  await publish()
  await firstAttempt()
  expect((await ask('DELETE', `/webhook-endpoints/${id}`)).statusCode).toBe(204)
  expect(await runAgain()).toMatchObject({ state: jobState.cancelled })
})

describe('a target that is not public', () => {
  test('is refused with the reason', async () => {
    const response = await ask('POST', '/webhook-endpoints', {
      url: 'http://169.254.169.254/',
      events: [order.type],
    })
    expect(response.json()).toMatchObject({
      code: 'webhook_target_refused',
      errors: [{ pointer: '/body/url', detail: 'must be a public address' }],
    })
  })

  test('but has a public looking name is blocked when it is resolved, and no response is shown', async () => {
    // Resolves to loopback, where the receiver would answer on its own port.
    await createEndpoint([order.type], 'http://localhost/hooks')
    const { id } = await deliver()
    expect(await deadOf(id)).toMatchObject({
      reason: 'blocked_target',
      message: '"localhost" has no public address',
    })
  })

  test.each(['http://127.0.0.1/', 'http://[::ffff:127.0.0.1]/', 'http://0x7f.1/'])(
    'and was stored before, %s, gets no webhook',
    async (url) => {
      const { id } = await createEndpoint()
      await pool.query('update webhook_endpoint set url = $2 where id = $1', [id, url])
      const delivery = await deliver()
      expect(await deadOf(delivery.id)).toMatchObject({ reason: 'blocked_target' })
    },
  )
})

test('endpoints are those of the tenant, and at most 100', async () => {
  const { id } = await createEndpoint()
  const other = await asRole(backend, 'admin', 'other')
  expect((await ask('GET', `/webhook-endpoints/${id}`, undefined, other)).statusCode).toBe(404)
  expect((await ask('GET', '/webhook-endpoints', undefined, other)).json()).toMatchObject({ items: [] })
  await pool.query(
    "insert into webhook_endpoint (tenant, url, events, secret) select 'main', 'https://shop.example', '{}', '' from generate_series(2, 100)",
  )
  const response = await ask('POST', '/webhook-endpoints', { url: receiver.url, events: [order.type] })
  expect(response.json()).toMatchObject({ code: 'too_many_webhook_endpoints' })
})
