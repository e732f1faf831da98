import { createHash, createHmac } from 'node:crypto'
import { startTcpProxy } from '@fondasi/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startApi } from '../../../test/jobs-service.ts'
import { useApp } from '../../../test/use-app.ts'
import { jobState } from '../../db/schema.ts'

const key = Buffer.alloc(24, 9)
const secret = `whsec_${key.toString('base64')}`
const serverKey = 'SB-Mid-server-test'
const env = { INBOX_STANDARD_SECRET: secret, INBOX_MIDTRANS_KEY: serverKey }
const { api, ask, backend, pool, rows, ended } = await useApp(env)

type Headers = Record<string, string>
const json = { 'content-type': 'application/json' }
function post(source: string, payload: string | Buffer, headers: Headers = {}, { app } = api) {
  return app.inject({ method: 'POST', url: `/v1/inbox/${source}`, headers: { ...json, ...headers }, payload })
}
/** Signs a webhook as the standard says: HMAC-SHA-256 over its id, its time and its body. */
function signed(body: string, ageMinutes = 0): Headers {
  const at = String(Math.floor(Date.now() / 1_000) - ageMinutes * 60)
  const signature = createHmac('sha256', key).update(`msg_1.${at}.${body}`).digest('base64')
  return { 'webhook-id': 'msg_1', 'webhook-timestamp': at, 'webhook-signature': `v1,${signature}` }
}
const event = JSON.stringify({ type: 'order.paid', data: { any: ['field', 1] } })
const notification = {
  order_id: 'A-1',
  status_code: '200',
  gross_amount: '129900.00',
  transaction_id: 'b3f0',
  transaction_status: 'settlement',
  custom_field: 'kept',
}
const midtrans = (fields: object = {}, key = serverKey) => {
  const { order_id, status_code, gross_amount } = notification
  const signature_key = createHash('sha512')
    .update(order_id + status_code + gross_amount + key)
    .digest('hex')
  return JSON.stringify({ ...notification, signature_key, ...fields })
}

describe('Standard Webhooks', () => {
  test('a signed event makes a job with all its fields', async () => {
    const response = await post('standard', event, signed(event))
    expect(response.statusCode, response.body).toBe(202)
    const [job] = await rows()
    expect(job).toMatchObject({ kind: 'inbox.receive', tenant: 'main' })
    expect(job?.payload).toEqual({ source: 'standard', eventId: 'msg_1', event: JSON.parse(event) })
    expect(await ended(job?.id ?? '')).toMatchObject({ state: jobState.done })
  })

  test('an event that arrives again, also ten times at once, makes one job', async () => {
    const responses = await Promise.all(
      Array.from({ length: 10 }, () => post('standard', event, signed(event))),
    )
    const statuses = responses.map(({ statusCode }) => statusCode).toSorted((a, b) => b - a)
    expect(statuses).toEqual([202, ...Array(9).fill(200)])
    expect((await post('standard', event, signed(event))).statusCode).toBe(200)
    expect(await rows()).toHaveLength(1)
  })

  test.each([
    ['without headers', () => [event, {}]],
    ['with another body', () => [`${event} `, signed(event)]],
    ['with another id', () => [event, { ...signed(event), 'webhook-id': 'msg_2' }]],
    ['with another time', () => [event, { ...signed(event), 'webhook-timestamp': '1' }]],
    ['with a time that is not a number', () => [event, { ...signed(event), 'webhook-timestamp': 'NaN' }]],
    ['that is six minutes old', () => [event, signed(event, 6)]],
    ['from the future', () => [event, signed(event, -6)]],
    [
      'with a signature of another version',
      () => [event, { ...signed(event), 'webhook-signature': 'v2,abc=' }],
    ],
    ['with a version, but no signature', () => [event, { ...signed(event), 'webhook-signature': 'v1' }]],
    ['with a signature over nothing', () => ['', { ...signed(''), 'webhook-id': '' }]],
    ['without a body', () => ['', signed(event)]],
  ] as [string, () => [string, Headers]][])('a webhook %s is refused', async (_what, make) => {
    const [body, headers] = make()
    const response = await post('standard', body, headers)
    expect(response.statusCode, response.body).toBe(401)
    expect(response.json()).toMatchObject({ code: 'invalid_signature' })
    expect(await rows()).toEqual([])
  })

  test('one right signature among several is enough, while the sender rotates its secret', async () => {
    const headers = signed(event)
    const several = `v1,${Buffer.alloc(32).toString('base64')} ${headers['webhook-signature']}`
    expect((await post('standard', event, { ...headers, 'webhook-signature': several })).statusCode).toBe(202)
  })
})

describe('Midtrans style', () => {
  test('a signed notification makes a job, and each new status another one', async () => {
    expect((await post('midtrans', midtrans())).statusCode).toBe(202)
    expect((await post('midtrans', midtrans())).statusCode).toBe(200)
    expect((await post('midtrans', midtrans({ transaction_status: 'refund' }))).statusCode).toBe(202)
    expect((await rows()).map(({ payload }) => payload)).toMatchObject([
      { eventId: 'b3f0 200 settlement', event: { custom_field: 'kept' } },
      { eventId: 'b3f0 200 refund' },
    ])
  })

  test.each([
    ['with another amount', midtrans({ gross_amount: '1.00' })],
    ['with the same amount in other digits', midtrans({ gross_amount: '129900.0' })],
    ['with another key', midtrans({}, 'another-key')],
    ['without a signature', JSON.stringify(notification)],
    ['with a signature that is not hexadecimal', midtrans({ signature_key: 'zz' })],
    ['with an amount that is a number', midtrans({ gross_amount: 129_900 })],
    ['that is not JSON', 'order_id=A-1'],
  ])('a notification %s is refused', async (_what, body) => {
    expect((await post('midtrans', body)).statusCode).toBe(401)
    expect(await rows()).toEqual([])
  })
})

test.each([
  ['of more than 256 KiB', 'x'.repeat(256 * 1_024 + 1), 413, 'payload_too_large'],
  ['that does not fit into a job', JSON.stringify({ a: 'x'.repeat(70_000) }), 413, 'payload_too_large'],
  ['that is a list', '[]', 400, 'malformed_body'],
  ['that is not JSON', 'order.paid', 400, 'malformed_body'],
  ['with a NUL character', '{"a":"\\u0000"}', 422, 'invalid_payload'],
])('a signed body %s is refused', async (_what, body, status, code) => {
  const response = await post('standard', body, signed(body))
  expect([response.statusCode, response.json().code]).toEqual([status, code])
  expect(await rows()).toEqual([])
})

test('a job that was enqueued as if a webhook had made it is dead', async () => {
  const forged = { source: 'midtrans', eventId: 'b3f0 200 settlement', event: notification }
  const response = await ask('POST', '/jobs', { kind: 'inbox.receive', payload: forged })
  const { id } = response.json<{ id: string }>()
  expect(await ended(id)).toMatchObject({ state: jobState.dead })
  const { rows: letters } = await pool.query('select reason, message from dead where job_id = $1', [id])
  expect(letters).toEqual([{ reason: 'non_retryable', message: 'no signed webhook made this job' }])
})

test('a source that is not configured does not exist', async () => {
  expect((await post('other', event)).json()).toMatchObject({ status: 404, code: 'inbox_source_not_found' })
  const bare = await startApi(backend, [])
  onTestFinished(() => bare.close())
  expect((await post('standard', event, signed(event), bare)).statusCode).toBe(404)
})

test('while PostgreSQL is unreachable the sender gets 503 and sends the event again', async () => {
  const proxy = await startTcpProxy(backend.database.url)
  const broken = await startApi(backend, [], { env: { ...env, DATABASE_URL: proxy.url } })
  onTestFinished(() => broken.close())
  await proxy.close()
  const response = await post('standard', event, signed(event), broken)
  expect(response.statusCode, response.body).toBe(503)
  expect(response.headers['retry-after']).toBeDefined()
  expect((await post('standard', event, signed(event))).statusCode).toBe(202)
})
