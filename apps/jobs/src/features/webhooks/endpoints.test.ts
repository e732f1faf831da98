import { describe, expect, test } from 'vitest'
import { asRole } from '../../../test/jobs-service.ts'
import { order, useWebhooks, verify } from '../../../test/use-webhooks.ts'
import { jobState } from '../../db/schema.ts'

const { ask, backend, pool, receiver, received, ended, createEndpoint, deliver, publish, ...webhooks } =
  await useWebhooks()

describe('a rotated secret', () => {
  test('and the old one both verify for a day, and then only the new one', async () => {
    const { id, secret: old } = await createEndpoint()
    const { secret } = (await ask('POST', `/webhook-endpoints/${id}/rotate-secret`)).json()
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

describe('an endpoint that is created with an Idempotency-Key', () => {
  const key = { 'idempotency-key': '"shop-1"' }
  const body = { url: receiver.url, events: [order.type] }
  const create = (headers = {}, payload: object = body) =>
    ask('POST', '/webhook-endpoints', payload, { ...key, ...headers })
  const countEndpoints = async () => (await pool.query('select from webhook_endpoint')).rowCount

  test('exists once however often the request is sent, and each response has its secret', async () => {
    const responses = await Promise.all([create(), create(), create()])
    expect(responses.map(({ statusCode }) => statusCode)).toEqual([201, 201, 201])
    expect(new Set(responses.map((response) => response.body)).size).toBe(1)
    const replayed = responses.filter(({ headers }) => headers['idempotent-replayed'] === 'true')
    expect(replayed).toHaveLength(2)
    expect(await countEndpoints()).toBe(1)
    const { rows: keys } = await pool.query('select answer::text as answer from idempotency_keys')
    expect(keys[0].answer).not.toContain('whsec_')
  })

  test('is returned in its present state', async () => {
    const { id, secret } = (await create()).json()
    const rotated = (await ask('POST', `/webhook-endpoints/${id}/rotate-secret`)).json()
    await ask('PATCH', `/webhook-endpoints/${id}`, { state: 'disabled' })
    expect((await create()).json()).toMatchObject({ id, state: 'disabled', secret: rotated.secret })
    expect(rotated.secret).not.toBe(secret)
  })

  test('conflicts with another body, and not with the same key of another client', async () => {
    await create()
    expect((await create({}, { ...body, events: ['order.other'] })).json()).toMatchObject({
      code: 'idempotency_key_reused',
    })
    const others = [await asRole(backend, 'editor'), await asRole(backend, 'admin', 'other')]
    for (const other of others) {
      const { headers } = await create(other)
      expect(headers['idempotent-replayed']).toBeUndefined()
    }
    expect(await countEndpoints()).toBe(3)
  })

  test('leaves the key free when it is refused', async () => {
    await pool.query(
      "insert into webhook_endpoint (tenant, url, events, secret) select 'main', 'https://shop.example', '{}', '' from generate_series(1, 100)",
    )
    expect((await create()).json()).toMatchObject({ code: 'too_many_webhook_endpoints' })
    await pool.query('delete from webhook_endpoint')
    expect((await create()).statusCode).toBe(201)
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
  for (const each of await webhooks.deliveries()) await ended(each.id)
  expect(received).toEqual([])

  const enabled = (await ask('PATCH', `/webhook-endpoints/${id}`, { state: 'enabled' })).json()
  expect(enabled).toMatchObject({ state: 'enabled', disabledReason: null, missed: { count: 2 } })
  const redriven = await ask('POST', '/dead/redrives', { filter: enabled.missed.filter })
  expect(redriven.json(), redriven.body).toMatchObject({ matching: 2, redriven: 2 })
  await webhooks.receivedCount(2)
})

test('a test delivery shows how the endpoint responded', async () => {
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
  await webhooks.firstAttempt()
  expect((await ask('DELETE', `/webhook-endpoints/${id}`)).statusCode).toBe(204)
  expect(await webhooks.runAgain()).toMatchObject({ state: jobState.cancelled })
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
