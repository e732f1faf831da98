import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import type { Db } from '@fondasi/postgres'
import { z } from 'zod'
import { findBlob, setResultBlob } from '../blobs/repository.ts'
import { BlobTooLargeError, type BlobWriter, createBlob, readBlob } from '../blobs/store.ts'
import type { Task, TaskEnd } from '../heavy/task.ts'
import type { Json } from '../kinds/outcome.ts'
import { toCsv } from './csv.ts'
import { createLedgerSource } from './ledger-source.ts'
import { drawTable } from './pdf.ts'
import { type ReportCursor, type ReportPayload, reportCursor, reportPayload } from './schemas.ts'
import type { Cell, Source } from './source.ts'

const storedRow = z.array(z.union([z.string(), z.number(), z.null()]))

interface ReportDeps {
  db: Db
  keepDays: number
  /** Undefined when this service runs without catalog. */
  products: Source | undefined
}

interface Report extends ReportPayload {
  tenant: string
  table: Source
}

/** Makes a report in two steps, gathering the rows and writing the file. An interrupted run resumes at the last batch of rows. */
export function createReportTask(deps: ReportDeps): Task {
  const { db, keepDays, products } = deps
  return async ({ jobId, tenant, payload, cursor }, saveCursor) => {
    const wanted = reportPayload.parse(payload)
    const table = wanted.source === 'jobs' ? createLedgerSource(db, { tenant, jobId }) : products
    if (table === undefined) return dead('this service runs without catalog; set CATALOG_URL and AUTH_URL')
    const report = { ...wanted, tenant, table }
    try {
      const gathered = await gather(db, report, await resumable(db, tenant, cursor), saveCursor)
      const writer = wanted.format === 'csv' ? gathered : await drawPdf(db, report, gathered.id)
      const { id, contentType, bytes } = await writer.finish(keepDays)
      await setResultBlob(db, jobId, id)
      return { type: 'done', result: { contentType, bytes } }
    } catch (error) {
      if (error instanceof BlobTooLargeError) return dead(`the report is too large: ${error.message}`)
      throw error
    }
  }
}

/** What an earlier run has gathered, if that was not too long ago. */
async function resumable(db: Db, tenant: string, cursor: Json | null): Promise<ReportCursor | undefined> {
  if (cursor === null) return undefined
  const saved = reportCursor.parse(cursor)
  return (await findBlob(db, tenant, saved.blobId)) && saved
}

/** Stores the rows: as CSV, or for a PDF as lines of JSON, because its drawing cannot be interrupted. */
async function gather(
  db: Db,
  { tenant, format, source, table }: Report,
  from: ReportCursor | undefined,
  saveCursor: (value: Json) => Promise<void>,
): Promise<BlobWriter> {
  const encode = format === 'csv' ? toCsv : toJsonLines
  const about = { tenant, contentType: 'text/csv; charset=utf-8', fileName: `${source}.csv` }
  const writer = await createBlob(db, about, from)
  if (from?.after === null) return writer
  const save = async (after: string | null) =>
    saveCursor({ blobId: writer.id, chunks: await writer.flush(), after })
  if (from === undefined && format === 'csv')
    await writer.write(Buffer.from(toCsv([table.columns.map(({ name }) => name)])))
  for await (const { rows, after } of table.batches(from?.after)) {
    await writer.write(Buffer.from(encode(rows)))
    if (after !== undefined) await save(after)
  }
  await save(null)
  return writer
}

function toJsonLines(rows: readonly (readonly Cell[])[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('')
}

async function drawPdf(db: Db, { tenant, source, table }: Report, gathered: string): Promise<BlobWriter> {
  const about = { tenant, contentType: 'application/pdf', fileName: `${source}.pdf` }
  const writer = await createBlob(db, about)
  for await (const piece of drawTable(table, storedRows(db, gathered))) await writer.write(piece)
  return writer
}

async function* storedRows(db: Db, blobId: string): AsyncGenerator<Cell[]> {
  for await (const line of createInterface({ input: Readable.from(readBlob(db, blobId)) }))
    yield storedRow.parse(JSON.parse(line))
}

function dead(message: string): TaskEnd {
  return { type: 'dead', message }
}
