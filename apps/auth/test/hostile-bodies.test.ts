import type { Operation, Schema } from '@fondasi/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { operations } from './api-description.ts'
import { type AuthBackend, type AuthInstance, createAuthBackend, startAuth } from './auth-service.ts'
import { asAdmin } from './mint-token.ts'

// Every route that takes a body refuses a hostile one and says why. The routes come from the API description, so a new one
// is tested without a change here.

let backend: AuthBackend
let auth: AuthInstance
let user: { authorization: string }
let client: { authorization: string }
beforeAll(async () => {
  backend = await createAuthBackend()
  auth = await startAuth(backend, { LOGIN_FAILURES_PER_ACCOUNT: '10000' })
  const { email } = await auth.createUser({ roles: ['admin'] })
  user = (await auth.signIn(email)).headers
  const made = await auth.app.inject({
    method: 'POST',
    url: '/v1/admin/clients',
    headers: await asAdmin(auth),
    payload: { id: 'hostile', name: 'Hostile', scopes: [] },
  })
  const { secret } = made.json<{ secret: string }>()
  client = { authorization: `Basic ${Buffer.from(`hostile:${secret}`).toString('base64')}` }
})
afterAll(async () => {
  await auth?.close()
  await backend?.close()
})

interface Attack {
  name: string
  body: string
  type?: string
}

const json = 'application/json'
const form = 'application/x-www-form-urlencoded'
const takes = (type: string) => operations().filter(({ requestBody }) => requestBody?.content[type])

const manyBytes = 10 * 1024 * 1024
const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)
const nul = '\u0000'
const loneSurrogate = '\ud800'

/** For any JSON body. */
const brokenJson: Attack[] = [
  ...['"text"', '1', 'true', '[]', '[{}]', '1e999', '-0'].map((body) => ({ name: body, body })),
  ...['{', '{"a":}', '{"a":1}}', "{'a':1}", 'undefined', nul, '\ufeff\ufeff{}', '{"a":01}'].map((body) => ({
    name: `broken ${JSON.stringify(body)}`,
    body,
  })),
  { name: '10 MB', body: JSON.stringify({ a: 'x'.repeat(manyBytes) }) },
  { name: '100,000 levels', body: deep(100_000) },
  { name: '100,000 levels in a field', body: `{"a":${deep(100_000)}}` },
  { name: 'unknown field', body: '{"unknownField":1}' },
  { name: '__proto__', body: '{"__proto__":{"polluted":true}}' },
  { name: 'constructor.prototype', body: '{"constructor":{"prototype":{"polluted":true}}}' },
]

/** Invalid for every field of its type. */
function wrongValues(schema: Schema): unknown[] {
  const ofNoType = [true, { a: 1 }, null, 1.5]
  if (schema.type === 'array') {
    return [...ofNoType, 'text', [null], [{}], [[]], [nul], [loneSurrogate], Array(1_001).fill('x')]
  }
  if (schema.type === 'integer') {
    return [...ofNoType, '5', '', [], -1, 1e300, Number.MAX_SAFE_INTEGER]
  }
  return [...ofNoType, 1, [], ['text'], 'x'.repeat(100_000)]
}

function objectSchema(operation: Operation, type: string) {
  const schema = operation.requestBody?.content[type]?.schema ?? {}
  const objects = schema.anyOf?.find((option) => option.type === 'object') ?? schema
  return { schema, fields: objects.properties ?? {}, required: objects.required ?? [] }
}

/** A valid body, made of the examples in the description. */
function bodyFrom(fields: Record<string, Schema>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, { example, items }]) => [
      name,
      example ?? (items ? [items.example] : 'x'),
    ]),
  )
}

function jsonAttacks(operation: Operation): Attack[] {
  const { schema, fields, required } = objectSchema(operation, json)
  const valid = bodyFrom(fields)
  const mayBeAbsent = schema.anyOf?.some(({ type }) => type === 'null')
  return [
    ...brokenJson,
    ...(mayBeAbsent ? [] : ['', 'null'].map((body) => ({ name: `empty ${body}`, body }))),
    { name: 'one field too many', body: JSON.stringify({ ...valid, unknownField: 1 }) },
    ...[
      'text/plain',
      'text/html',
      form,
      'multipart/form-data; boundary=x',
      'application/jsonp',
      'x',
      ';',
    ].map((type) => ({ name: `as ${type}`, body: JSON.stringify(valid), type })),
    ...required.map((name) => ({
      name: `without ${name}`,
      body: JSON.stringify({ ...valid, [name]: undefined }),
    })),
    ...Object.entries(fields).flatMap(([name, field]) => [
      ...wrongValues(field).map((value) => ({
        name: `${name} = ${JSON.stringify(value).slice(0, 40)}`,
        body: JSON.stringify({ ...valid, [name]: value }),
      })),
      {
        name: `${name} twice, the second wrong`,
        body: `${JSON.stringify(valid).slice(0, -1)},"${name}":{}}`,
      },
      { name: `${name} deep`, body: `{"${name}":${deep(100_000)}}` },
    ]),
    // A logout accepts any text as a token, and ignores one that is not valid.
    ...(operation.path === '/v1/logout' ? [] : Object.entries(fields))
      .filter(([, { type }]) => type === 'string')
      .flatMap(([name]) =>
        [nul, loneSurrogate].map((value) => ({
          name: `${name} = ${JSON.stringify(value)}`,
          body: JSON.stringify({ ...valid, [name]: value }),
        })),
      ),
  ]
}

function formAttacks(operation: Operation): Attack[] {
  const { fields, required } = objectSchema(operation, form)
  const valid = Object.fromEntries(required.map((name) => [name, String(fields[name]?.example)]))
  const encode = (values: Record<string, string>) => new URLSearchParams(values).toString()
  const without = (name: string) =>
    encode(Object.fromEntries(Object.entries(valid).filter(([key]) => key !== name)))
  return [
    { name: 'empty', body: '' },
    { name: '10 MB', body: `a=${'x'.repeat(manyBytes)}` },
    { name: 'no pairs', body: '&&&==&' },
    { name: '__proto__', body: '__proto__[polluted]=true&__proto__=x' },
    { name: '8,000 parameters', body: 'a=&'.repeat(8_000) },
    ...['text/plain', json, 'multipart/form-data; boundary=x', ';'].map((type) => ({
      name: `as ${type}`,
      body: type === json ? JSON.stringify(valid) : encode(valid),
      type,
    })),
    ...required.flatMap((name) => [
      { name: `without ${name}`, body: without(name) },
      { name: `${name} empty`, body: encode({ ...valid, [name]: '' }) },
      { name: `${name}[]`, body: `${without(name)}&${name}[]=x` },
    ]),
    ...Object.keys(fields).flatMap((name) => [
      { name: `${name} twice`, body: `${encode(valid)}&${name}=x&${name}=y` },
      { name: `${name} = NUL`, body: encode({ ...valid, [name]: nul }) },
      { name: `${name} too long`, body: encode({ ...valid, [name]: 'x'.repeat(20_000) }) },
    ]),
  ]
}

/** Sends an attack. @returns what is wrong with the response, or undefined */
async function send(operation: Operation, attack: Attack, type: string): Promise<string | undefined> {
  const bearer = operation.security ? user : {}
  const response = await auth.app.inject({
    method: operation.method,
    url: operation.path.replace(
      '{id}',
      operation.path.includes('clients') ? 'hostile' : '01936f0e-8a3c-7cc2-9d1e-000000000000',
    ),
    headers: { 'content-type': attack.type ?? type, ...(type === form ? client : bearer) },
    payload: attack.body,
  })
  const { statusCode } = response
  const verdict = (what: string) => `${attack.name}: ${statusCode} ${what} ${response.body.slice(0, 300)}`
  if (statusCode < 400 || statusCode >= 500) return verdict('is not the client’s error')
  // A body that is too large is refused before the route is known.
  if (!operation.responses[statusCode]) return verdict('is not documented')
  const body = response.json<{ code?: unknown; status?: unknown; error?: unknown }>()
  if (type === form)
    return ['invalid_request', 'invalid_client', 'unsupported_grant_type', 'invalid_scope'].includes(
      String(body.error),
    )
      ? undefined
      : verdict('is not an error of RFC 6749')
  const isProblem =
    String(response.headers['content-type']).startsWith('application/problem+json') &&
    body.status === statusCode &&
    /^[a-z]+(_[a-z]+)+$/.test(String(body.code))
  return isProblem ? undefined : verdict('is not a problem document')
}

async function failures(operation: Operation, attacks: Attack[], type: string): Promise<string[]> {
  const verdicts = []
  for (const attack of attacks) verdicts.push(await send(operation, attack, type))
  return verdicts.filter((verdict) => verdict !== undefined)
}

describe('a hostile body is refused and does no harm', () => {
  test.each(takes(json))('$name', async (operation) => {
    expect(await failures(operation, jsonAttacks(operation), json)).toEqual([])
  })
  test.each(takes(form))('$name', async (operation) => {
    expect(await failures(operation, formAttacks(operation), form)).toEqual([])
  })

  test('afterwards the process works', async () => {
    expect(Object.prototype).not.toHaveProperty('polluted')
    expect(auth.log.filter(({ level }) => level === 'error' || level === 'fatal')).toEqual([])
    expect((await auth.app.inject('/livez')).statusCode).toBe(200)
  })
})
