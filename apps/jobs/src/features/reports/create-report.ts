import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import type { Db } from '@fondasi/postgres'
import { z } from 'zod'
import { findBlob } from '../blobs/repository.ts'
import { BlobTooLargeError, createBlob, readBlob, storeResult } from '../blobs/store.ts'
import { type Task, type TaskInput, taskDead } from '../heavy/task.ts'
import { drawPdf, writeCsv } from './formats.ts'
import { createLedgerSource } from './ledger-source.ts'
import { type Cell, reportPayload, type Source } from './report.ts'

interface ReportDeps {
  db: Db
  keepDays: number
  /** Undefined when this service runs without catalog. */
  products: Source | undefined
}

const formats = {
  csv: { contentType: 'text/csv; charset=utf-8', encode: writeCsv },
  pdf: { contentType: 'application/pdf', encode: drawPdf },
}

/** Makes a report in two steps: gather the rows, then write the file. After an interruption, the first step resumes. */
export function createReportTask({ db, keepDays, products }: ReportDeps): Task {
  return async (input, saveCursor) => {
    const { format, source } = reportPayload.parse(input.payload)
    const table = source === 'jobs' ? createLedgerSource(db, input) : products
    if (table === undefined)
      return taskDead('this service runs without catalog; set CATALOG_URL and AUTH_URL')
    try {
      const gathered = await gather(db, input, table, saveCursor)
      const { contentType, encode } = formats[format]
      const file = { contentType, fileName: `${source}.${format}`, keepDays }
      const bytes = await storeResult(db, input, file, encode(table, readRows(db, gathered)))
      return { type: 'done', result: { contentType, bytes } }
    } catch (error) {
      if (error instanceof BlobTooLargeError) return taskDead(`the report is too large: ${error.message}`)
      throw error
    }
  }
}

/** Where an interrupted report resumes. */
const reportCursor = z.object({
  blobId: z.uuid(),
  /** How many chunks of that blob are part of the report. */
  chunks: z.int(),
  /** The key of the last row in them. */
  after: z.string(),
})

/** What an earlier run has gathered, unless its blob has expired. */
async function findGathered(db: Db, { tenant, cursor }: TaskInput) {
  if (cursor === null) return undefined
  const saved = reportCursor.parse(cursor)
  return (await findBlob(db, tenant, saved.blobId)) && saved
}

/** Stores the rows as lines of JSON. @returns the id of the blob that has them */
async function gather(
  db: Db,
  input: TaskInput,
  table: Source,
  saveCursor: Parameters<Task>[1],
): Promise<string> {
  const from = await findGathered(db, input)
  const about = { tenant: input.tenant, contentType: 'application/x-ndjson', fileName: 'rows.ndjson' }
  const writer = await createBlob(db, about, from)
  for await (const { rows, after } of table.batches(from?.after)) {
    await writer.write(Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join('')))
    if (after !== undefined) await saveCursor({ blobId: writer.id, chunks: await writer.flush(), after })
  }
  await writer.flush()
  return writer.id
}

const storedRow = z.array(z.union([z.string(), z.number(), z.null()]))

async function* readRows(db: Db, blobId: string): AsyncGenerator<Cell[]> {
  for await (const line of createInterface({ input: Readable.from(readBlob(db, blobId)) }))
    yield storedRow.parse(JSON.parse(line))
}
