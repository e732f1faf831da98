import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineJob } from '../src/features/kinds/define-job.ts'
import { useApi } from './use-api.ts'

// Input that a schema lets through and that later code cannot handle.

const note = defineJob({ name: 'note.take', queue: 'notes', payload: z.unknown(), handler: async () => {} })
const { ask, rows } = await useApi([note])
const job = (payload: unknown) => ({ kind: 'note.take', payload, delaySeconds: 3_600 })

/** `{"a":{"a":…}}` */
function nested(levels: number): object {
  let value = {}
  for (let level = 1; level < levels; level += 1) value = { a: value }
  return value
}

test('a payload of 99 levels is accepted and can be read', async () => {
  const response = await ask('POST', '/jobs', job(nested(99)))
  expect(response.statusCode, response.body).toBe(202)
  const read = await ask('GET', `/jobs/${response.json<{ id: string }>().id}`)
  expect(read.json()).toMatchObject({ payload: nested(99) })
})

const id = '01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70'
const schedule = { kind: 'note.take', cron: '0 7 * * *', timeZone: 'Asia/Jakarta' }

test.each([
  ['POST', '/jobs', (deep: object) => job(deep)],
  ['POST', '/jobs/batch', (deep: object) => ({ jobs: [job(deep)] })],
  ['POST', `/dead/${id}/redrive`, (deep: object) => ({ payload: deep })],
  ['POST', '/dead/redrives', (deep: object) => ({ filter: { payload: deep } })],
  ['POST', '/dead/discards', (deep: object) => ({ filter: { payload: deep } })],
  ['PUT', `/schedules/${id}`, (deep: object) => ({ ...schedule, payload: deep })],
] as const)('%s %s refuses JSON of 1,500 levels', async (method, path, body) => {
  const response = await ask(method, path, body(nested(1_500)))
  expect([response.statusCode, response.json().code], response.body).toEqual([400, 'malformed_body'])
  expect(await rows()).toEqual([])
})

test.each([
  ['GET', '/jobs?kind=a%00b', undefined, '/query/kind'],
  ['GET', '/dead?kind=a%00b', undefined, '/query/kind'],
  ['GET', '/dead?fingerprint=a%00b', undefined, '/query/fingerprint'],
  ['GET', '/dead/groups?kind=%00', undefined, '/query/kind'],
  ['GET', '/dead/groups?fingerprint=a%00b', undefined, '/query/fingerprint'],
  ['POST', '/jobs', { ...job({}), kind: 'a\0b' }, '/body/kind'],
  ['POST', '/dead/redrives', { filter: { kind: 'a\0b' } }, '/body/filter/kind'],
  ['POST', '/dead/redrives', { filter: { fingerprint: '\0' } }, '/body/filter/fingerprint'],
  ['POST', '/dead/redrives', { filter: { payload: { to: 'a\0b' } } }, '/body/filter/payload'],
  ['POST', '/dead/redrives', { filter: { payload: { 'a\0b': 1 } } }, '/body/filter/payload'],
  ['POST', '/dead/discards', { filter: { payload: { to: '\uD800' } } }, '/body/filter/payload'],
  ['POST', '/webhook-endpoints', { url: 'https://shop.example/\0', events: ['order.paid'] }, '/body/url'],
  ['PATCH', `/webhook-endpoints/${id}`, { url: 'https://shop.example/\0' }, '/body/url'],
] as const)(
  '%s %s %j names the field that PostgreSQL could not store',
  async (method, path, body, pointer) => {
    const response = await ask(method, path, body)
    expect(response.statusCode, response.body).toBe(400)
    expect(response.json().errors).toMatchObject([{ pointer }])
  },
)

test('an error in a batch names the job', async () => {
  const jobs = [job({}), job('a\0b')]
  const response = await ask('POST', '/jobs/batch', { jobs })
  expect([response.statusCode, response.json().errors[0].pointer]).toEqual([422, '/body/jobs/1/payload'])
  const unknown = await ask('POST', '/jobs/batch', { jobs: [job({}), { ...job({}), kind: 'note.lose' }] })
  expect([unknown.statusCode, unknown.json().errors[0].pointer]).toEqual([422, '/body/jobs/1/kind'])
  expect(await rows()).toEqual([])
})

test.each([
  ['http://localhost/x', 422, 'webhook_target_refused'],
  ['https://localhost./x', 422, 'webhook_target_refused'],
  ['https://a.localhost/', 422, 'webhook_target_refused'],
  ['https://shop.example/\t', 400, 'validation_failed'],
])('a webhook endpoint at %j is refused when it is created', async (url, status, code) => {
  const response = await ask('POST', '/webhook-endpoints', { url, events: ['order.paid'] })
  expect(response.json(), response.body).toMatchObject({ status, code })
})
