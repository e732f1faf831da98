import { once } from 'node:events'
import { createServer } from 'node:http'
import { waitFor } from '@fondasi/testing'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { tenant } from '../../../test/use-core.ts'
import { useHeavyApi } from '../../../test/use-heavy.ts'
import { jobState } from '../../db/schema.ts'
import { createBlob } from '../blobs/store.ts'

/** auth's token endpoint and catalog's export, as their API descriptions say. */
const kit = { lines: [''], tokens: 0, used: [''] }
const server = createServer((request, response) => {
  if (request.url !== '/v1/products/export?format=ndjson') {
    kit.tokens += 1
    const body = { access_token: `token-${kit.tokens}`, expires_in: 600, items: [], next: '0' }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    return
  }
  kit.used.push(request.headers.authorization ?? '')
  // The first token was revoked early: the service must fetch another one.
  const isRefused = kit.used.length === 1
  response.writeHead(isRefused ? 401 : 200, { 'content-type': 'application/x-ndjson' })
  response.end(isRefused ? '' : kit.lines.map((line) => `${line}\n`).join(''))
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const address = server.address()
const kitUrl = typeof address === 'object' ? `http://127.0.0.1:${address?.port}` : ''

const { core, pool, row, run, ask } = await useHeavyApi({
  CATALOG_URL: kitUrl,
  AUTH_URL: `${kitUrl}/auth`,
  AUTH_CLIENT_SECRET: 'secret',
})
const { db } = core
afterAll(() => server.close())

/** Jobs that have ended, numbered from 1. */
const fillLedger = (count: number, of = tenant) =>
  pool.query(
    `insert into job (tenant, kind, queue, payload, state)
     select $1, '=act-' || n, 'acts', '{}', 10 from generate_series(1, $2::int) as n order by n`,
    [of, count],
  )

describe('a report on jobs', () => {
  beforeEach(() => fillLedger(1_234))

  test('as CSV has one line per older job of the tenant, safe to open in a spreadsheet', async () => {
    await fillLedger(3, 'other')
    const { row: ended, file, headers } = await run('report.create', { format: 'csv', source: 'jobs' })
    expect(headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="jobs.csv"',
      'content-length': String(file.length),
    })
    const [header, ...lines] = file.toString().trimEnd().split('\r\n')
    expect(header).toBe('id,kind,state,attempts,created at,finished at')
    expect(lines).toHaveLength(1_234)
    expect(lines[0]).toMatch(/^[0-9a-f-]{36},'=act-1,done,0,20/)
    expect(new Set(lines).size).toBe(1_234)
    expect(ended.result).toEqual({ contentType: 'text/csv; charset=utf-8', bytes: file.length })
    // The last of the cursors: 1,234 rows are three batches.
    const after = lines.at(-1)?.slice(0, 36)
    expect(ended.cursor).toEqual({ blobId: expect.any(String), chunks: 3, after })
  })

  test('as PDF has all of them on numbered lines of several pages', async () => {
    const { row: ended, file } = await run('report.create', { format: 'pdf', source: 'jobs' })
    expect(ended).toMatchObject({ state: jobState.done, result: { contentType: 'application/pdf' } })
    expect(file.subarray(0, 5).toString()).toBe('%PDF-')
    expect(file.toString('latin1').trimEnd()).toMatch(/%%EOF$/)
    // 43 lines fit on a page.
    expect(file.toString('latin1').match(/\/Type \/Page\b/g)).toHaveLength(Math.ceil(1_234 / 42))
  })

  test('resumes at its cursor: it keeps what was gathered, and reads only the rest', async () => {
    const about = { tenant, contentType: 'application/x-ndjson', fileName: 'rows.ndjson' }
    const writer = await createBlob(db, about)
    await writer.write(Buffer.from('["gathered before"]\n'))
    const chunks = await writer.flush()
    // A chunk that was written after the cursor was saved is not part of the report.
    await writer.write(Buffer.from('["lost"]\n'))
    await writer.flush()
    const { rows } = await pool.query('select id from job order by id offset 1230 limit 1')
    const id = await enqueueLater({ blobId: writer.id, chunks, after: rows[0].id })
    const file = await fileOf(id)
    const [header, ...lines] = file.toString().trimEnd().split('\r\n')
    expect(header).toBe('id,kind,state,attempts,created at,finished at')
    expect(lines).toHaveLength(4)
    expect(lines[0]).toBe('gathered before')
    expect(lines.at(-1)).toContain('act-1234')
  })

  test('starts over when what was gathered has expired', async () => {
    const id = await enqueueLater({ blobId: '01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70', chunks: 3, after: 'x' })
    expect((await fileOf(id)).toString().split('\r\n')).toHaveLength(1_236)
  })
})

describe('a report on products', () => {
  const line = (sku: string, title: string) =>
    JSON.stringify({
      sku,
      product: sku,
      title: { en: title, id: title },
      brand: null,
      category: 'a/b',
      stock: 3,
      more: [],
    })

  test('reads the export of catalog with a token of this service', async () => {
    kit.lines = [line('A-1', 'Shirt'), line('A-2', '+62 cups')]
    kit.used = []
    const { file } = await run('report.create', { format: 'csv', source: 'products' })
    expect(file.toString()).toBe(
      "sku,title,brand,category,stock\r\nA-1,Shirt,,a/b,3\r\nA-2,'+62 cups,,a/b,3\r\n",
    )
    expect(kit.used).toHaveLength(2)
    expect(new Set(kit.used).size).toBe(2)
  })

  test('that is larger than 25 MiB is dead, with the reason', async () => {
    kit.lines = Array.from({ length: 3_000 }, (_, index) => line(`A-${index}`, 'x'.repeat(10_000)))
    const { row: ended, letter } = await run('report.create', { format: 'csv', source: 'products' })
    expect(ended).toMatchObject({ state: jobState.dead, attempts: 1, resultBlob: null })
    expect(letter).toMatchObject({ reason: 'non_retryable', message: expect.stringContaining('too large') })
  })
})

/** A report whose first run was interrupted with this cursor. @returns its id */
async function enqueueLater(cursor: object): Promise<string> {
  const kind = core.enqueuer.kindOf('report.create')
  const payload = { format: 'csv', source: 'jobs' }
  const [waiting] = await core.enqueuer.insert(db, [{ kind, payload, tenant, delayMs: 60_000 }])
  if (waiting === undefined) throw new Error('insert returned no row')
  await pool.query('update job set cursor = $2, dispatch_no = 1, run_at = now() where id = $1', [
    waiting.id,
    cursor,
  ])
  await core.dispatcher.sweep()
  return waiting.id
}

async function fileOf(id: string): Promise<Buffer> {
  const what = `the result of job ${id}`
  await waitFor(async () => (await row(id)).state === jobState.done, { what, timeoutMs: 300_000 })
  return (await ask('GET', `/jobs/${id}/result`)).rawPayload
}
