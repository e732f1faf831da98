import { once } from 'node:events'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { asRole, startApi } from '../../../test/jobs-service.ts'
import { form } from '../../../test/multipart.ts'
import { useHeavyApi } from '../../../test/use-heavy.ts'
import { findBlob } from '../blobs/repository.ts'
import { readBlob } from '../blobs/store.ts'
import type { Image } from './schemas.ts'

const { backend, api, core, pool, run } = await useHeavyApi()
const megabyte = 1024 * 1024
const jpegHead = Buffer.from('\xff\xd8\xff\xe0 and so on', 'latin1')

const post = async ({ payload, headers }: ReturnType<typeof form>, by = 'main') =>
  api.app.inject({
    method: 'POST',
    url: '/v1/images',
    headers: { ...headers, ...(await asRole(backend, 'editor', by)) },
    payload,
  })
const contentOf = async (id: string) => {
  const pieces: Buffer[] = []
  for await (const piece of readBlob(core.db, id)) pieces.push(piece)
  return Buffer.concat(pieces)
}

test('an uploaded image becomes a thumbnail, which any instance serves', async () => {
  const content = await sharp({ create: { width: 300, height: 200, channels: 3, background: 'teal' } })
    .jpeg()
    .toBuffer()
  const uploaded = await post(form(content))
  expect(uploaded.statusCode).toBe(201)
  const { id: imageId, contentType, bytes } = uploaded.json<Image>()
  expect({ contentType, bytes }).toEqual({ contentType: 'image/jpeg', bytes: content.length })
  const { file, headers } = await run('image.thumbnail', { imageId, width: 30, height: 30, format: 'png' })
  expect(headers).toMatchObject({ 'content-type': 'image/png', 'content-length': String(file.length) })
  expect(await sharp(file).metadata()).toMatchObject({ format: 'png', width: 30, height: 20 })
})

test('25 MiB are stored as they were sent, in chunks', async () => {
  const content = Buffer.concat([jpegHead, Buffer.alloc(25 * megabyte - jpegHead.length, 'photo')])
  const { id, bytes } = (await post(form(content))).json<Image>()
  expect(bytes).toBe(25 * megabyte)
  expect((await contentOf(id)).equals(content)).toBe(true)
  const { rows } = await pool.query('select max(length(data)) as longest, count(*)::int as n from blob_chunk')
  expect(rows[0].longest).toBeLessThan(megabyte)
  expect(rows[0].n).toBeGreaterThan(25)
})

test('one byte more is refused, and nothing is finished', async () => {
  const content = Buffer.concat([jpegHead, Buffer.alloc(25 * megabyte + 1 - jpegHead.length)])
  const response = await post(form(content))
  expect([response.statusCode, response.json().code]).toEqual([413, 'payload_too_large'])
  expect(await pool.query('select from blob where bytes > 0')).toMatchObject({ rowCount: 0 })
})

test('the type is what the bytes say, not what the client says', async () => {
  const png = await sharp({ create: { width: 1, height: 1, channels: 3, background: 'red' } })
    .png()
    .toBuffer()
  expect((await post(form(png))).json()).toMatchObject({ contentType: 'image/png' })
  for (const content of [
    '<svg xmlns="http://www.w3.org/2000/svg"/>',
    'GIF89a and so on',
    '',
    'RIFF....AVI ',
  ]) {
    const response = await post(form(Buffer.from(content)))
    expect([response.statusCode, response.json().code], content).toEqual([415, 'unsupported_media_type'])
  }
})

test('an image of another tenant does not exist', async () => {
  const { id } = (await post(form(jpegHead), 'other')).json<Image>()
  expect(await findBlob(core.db, 'other', id)).toBeDefined()
  const { letter } = await run('image.thumbnail', { imageId: id, width: 1, height: 1 })
  expect(letter.message).toContain('does not exist')
})

test('an upload that breaks off, and one without a file, are malformed', async () => {
  const { payload, headers } = form(Buffer.concat([jpegHead, Buffer.alloc(1000)]))
  const boundary = Buffer.from('--the-boundary-of-the-test--\r\n')
  for (const sent of [payload.subarray(0, 700), boundary, Buffer.from('nothing')]) {
    const response = await post({ payload: sent, headers })
    expect([response.statusCode, response.json().code]).toEqual([400, 'malformed_body'])
  }
})

test('a client that stops sending gets 408', async () => {
  const env = { TRANSFER_STALLED_SECONDS: '1' }
  const impatient = await startApi(backend, [], { env })
  const address = await impatient.app.listen({ host: '127.0.0.1', port: 0 })
  const { payload, headers } = form(Buffer.concat([jpegHead, Buffer.alloc(100_000)]))
  const sending = request(`${address}/v1/images`, {
    method: 'POST',
    headers: { ...headers, 'content-length': payload.length, ...(await asRole(backend, 'editor')) },
  })
  sending.write(payload.subarray(0, 50_000))
  const [response] = await once(sending, 'response')
  expect([response.statusCode, JSON.parse(await text(response)).code]).toEqual([408, 'request_timeout'])
  sending.destroy()
  await impatient.close()
})

test('expired files are deleted while new ones are stored', async () => {
  await post(form(jpegHead))
  await pool.query("update blob set expires_at = now() - interval '1 s'")
  await post(form(jpegHead))
  const { rows } = await pool.query(
    'select (select count(*)::int from blob) as blobs, count(*)::int as chunks from blob_chunk',
  )
  expect(rows).toEqual([{ blobs: 1, chunks: 1 }])
})
