import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { readClientCredentials } from './client-credentials.ts'

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
const formEncode = (text: string) => new URLSearchParams({ '': text }).toString().slice(1)

test('client credentials: any secret survives HTTP Basic, form-encoded as the RFC requires', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (secret) => {
      const header = basic(`catalog:${formEncode(secret)}`)
      expect(readClientCredentials(header, {})).toEqual({ kind: 'secret', id: 'catalog', secret })
    }),
  )
})

test.each([
  ['basic', basic('catalog:cs_1'), {}, { kind: 'secret', id: 'catalog', secret: 'cs_1' }],
  [
    'any case of the scheme',
    basic('catalog:cs_1').replace('Basic', 'bAsIc'),
    {},
    { kind: 'secret', id: 'catalog', secret: 'cs_1' },
  ],
  ['a colon in the secret', basic('catalog:a:b'), {}, { kind: 'secret', id: 'catalog', secret: 'a:b' }],
  [
    'the same id in the body',
    basic('catalog:cs_1'),
    { client_id: 'catalog' },
    { kind: 'secret', id: 'catalog', secret: 'cs_1' },
  ],
  ['another id in the body', basic('catalog:cs_1'), { client_id: 'jobs' }, { kind: 'invalid' }],
  [
    'body',
    undefined,
    { client_id: 'catalog', client_secret: 'cs_1' },
    { kind: 'secret', id: 'catalog', secret: 'cs_1' },
  ],
  ['both', basic('catalog:cs_1'), { client_secret: 'cs_1' }, { kind: 'twice' }],
  ['an id alone', undefined, { client_id: 'web' }, { kind: 'public', id: 'web' }],
  ['nothing', undefined, {}, { kind: 'none' }],
  ['a secret alone', undefined, { client_secret: 'cs_1' }, { kind: 'invalid' }],
  ['another scheme', 'Bearer cs_1', {}, { kind: 'invalid' }],
  ['no colon', basic('catalog'), {}, { kind: 'invalid' }],
  ['not base64', 'Basic c%%g', {}, { kind: 'invalid' }],
  ['a broken escape', basic('catalog:%zz'), {}, { kind: 'invalid' }],
  ['NUL in the id', basic('cata%00log:cs_1'), {}, { kind: 'invalid' }],
  ['a non-ASCII id', basic('Ünïcode:cs_1'), {}, { kind: 'invalid' }],
  ['a very long id', basic(`${'a'.repeat(5000)}:cs_1`), {}, { kind: 'invalid' }],
])('client credentials: %s', (_name, header, body, expected) => {
  expect(readClientCredentials(header, body)).toEqual(expected)
})

// fc.string({ unit: 'binary' }) would first build a table of all of Unicode, which takes seconds.
const anyText = fc.uint16Array({ maxLength: 400 }).map((units) => String.fromCharCode(...units))

test('client credentials: reading never throws, with any header', () => {
  fc.assert(
    fc.property(anyText, (header) => {
      expect(readClientCredentials(header, {}).kind).toBeTypeOf('string')
      expect(readClientCredentials(basic(header), {}).kind).toBeTypeOf('string')
    }),
  )
})
