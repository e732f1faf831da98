import { buffer } from 'node:stream/consumers'
import { crc32, createDeflate } from 'node:zlib'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { useHeavyApi } from '../../../test/use-heavy.ts'
import { jobState } from '../../db/schema.ts'

const { upload, run, pool } = await useHeavyApi()

/** Random pixels, because those of one colour compress to almost nothing. */
function photo(width: number, height: number) {
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const
  return sharp({ create: { width, height, channels: 3, background: 'white', noise } })
}
const thumbnail = async (content: Uint8Array, wanted: object = {}) =>
  run('image.thumbnail', { imageId: await upload(content), width: 200, height: 200, ...wanted })

describe('a thumbnail', () => {
  test.each(['jpeg', 'png', 'webp'] as const)(
    'of a large %s fits into its box, and keeps its proportions',
    async (format) => {
      const content = await photo(1_800, 1_200).toFormat(format).toBuffer()
      expect(content.length).toBeGreaterThan(1_000_000)
      const { row, file } = await thumbnail(content, { format })
      const made = await sharp(file).metadata()
      expect(made).toMatchObject({ format, width: 200, height: 133 })
      expect(row).toMatchObject({ state: jobState.done, attempts: 0 })
      expect(row.result).toEqual({
        contentType: `image/${format}`,
        bytes: file.length,
        width: 200,
        height: 133,
      })
    },
  )

  test('is upright although the camera was turned: EXIF orientation 6 swaps the sides', async () => {
    const left = { create: { width: 300, height: 400, channels: 3, background: 'red' } } as const
    const content = await sharp({ create: { width: 600, height: 400, channels: 3, background: 'blue' } })
      .composite([{ input: left, left: 0, top: 0 }])
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer()
    const { file } = await thumbnail(content, { format: 'png' })
    const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true })
    expect(info).toMatchObject({ width: 133, height: 200 })
    // What was left is at the top now.
    expect(data[0]).toBeGreaterThan(200)
    expect(data.at(-1)).toBeGreaterThan(200)
  })

  test('has no EXIF, which may say where the photo was taken', async () => {
    const content = await photo(300, 200)
      .withExif({ IFD3: { GPSLatitude: '6/1 10/1 30/1' } })
      .jpeg()
      .toBuffer()
    const { file } = await thumbnail(content, { format: 'jpeg' })
    expect((await sharp(content).metadata()).exif).toBeDefined()
    expect((await sharp(file).metadata()).exif).toBeUndefined()
  })

  test('is never larger than the image', async () => {
    const { row } = await thumbnail(await photo(50, 40).png().toBuffer())
    expect(row.result).toMatchObject({ width: 50, height: 40 })
  })
})

describe('the job of an image that cannot be decoded is dead at once, with the reason', () => {
  test.each(['jpeg', 'png', 'webp'] as const)('truncated %s', async (format) => {
    const content = await photo(600, 400).toFormat(format).toBuffer()
    const { row, letter } = await thumbnail(content.subarray(0, content.length / 2))
    expect(row).toMatchObject({ state: jobState.dead, attempts: 1, resultBlob: null })
    expect(letter).toMatchObject({
      reason: 'non_retryable',
      message: expect.stringMatching(/^the image cannot be decoded: /),
    })
  })

  test('a header without an image, and a file of another format', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    for (const content of [Buffer.from('\x89PNG\r\n\x1a\nnothing', 'latin1'), svg]) {
      const { letter } = await thumbnail(content)
      expect(letter).toMatchObject({
        reason: 'non_retryable',
        message: expect.stringContaining('cannot be decoded'),
      })
    }
  })

  test('a bomb of 50,000 × 50,000 pixels is refused before it is decoded', async () => {
    const content = await pngBomb(50_000)
    expect(content.length).toBeLessThan(2_000_000)
    const { letter } = await thumbnail(content)
    expect(letter).toMatchObject({
      reason: 'non_retryable',
      message: 'the image has 50000 × 50000 pixels; at most 100000000 are allowed',
    })
  })

  test('an image that was not uploaded, or has expired', async () => {
    const expired = await upload(await photo(10, 10).png().toBuffer())
    await pool.query("update blob set expires_at = now() - interval '1 s'")
    for (const imageId of [expired, '01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70']) {
      const { letter } = await run('image.thumbnail', { imageId, width: 1, height: 1 })
      expect(letter).toMatchObject({ reason: 'non_retryable', message: expect.stringContaining('expired') })
    }
  })
})

/** A PNG file of black pixels, one bit each. */
async function pngBomb(side: number): Promise<Buffer> {
  const deflate = createDeflate({ level: 1 })
  const compressed = buffer(deflate)
  const row = Buffer.alloc(1 + Math.ceil(side / 8))
  const rows = Buffer.concat(Array.from({ length: 100 }, () => row))
  for (let y = 0; y < side; y += 100)
    if (!deflate.write(rows)) await new Promise((resolve) => deflate.once('drain', resolve))
  deflate.end()
  const header = Buffer.alloc(13)
  header.writeUInt32BE(side, 0)
  header.writeUInt32BE(side, 4)
  header[8] = 1
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    pngChunk('IDAT', await compressed),
    pngChunk('IEND', Buffer.alloc(0)),
  ])
}

function pngChunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type), data])
  const around = Buffer.alloc(8)
  around.writeUInt32BE(data.length, 0)
  around.writeUInt32BE(crc32(named), 4)
  return Buffer.concat([around.subarray(0, 4), named, around.subarray(4)])
}
