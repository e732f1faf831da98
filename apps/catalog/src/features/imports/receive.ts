import type { Readable } from 'node:stream'
import type { Db } from '@fondasi/postgres'
import { serviceProblem } from '@fondasi/service'
import type { Config } from '../../config.ts'
import { createBatch } from './batch.ts'
import { createRowCheck, shown } from './check.ts'
import { readCsv } from './csv/read.ts'
import { abandoned } from './failure.ts'
import { mappedLayout, nativeLayout } from './formats/layout.ts'
import { readNdjson } from './ndjson.ts'
import * as repository from './repository.ts'
import type { Declared, ReadRow } from './row.ts'
import type { ImportQuery } from './schemas.ts'

/** A body, and how to read it. */
export interface ReceivedFile extends Omit<ImportQuery, 'format'> {
  body: Readable
  format: repository.Import['format']
}

/** More names than a person reads. */
const maxIgnoredColumns = 100

/**
 * Reads a body row by row, checks each row and stages it.
 *
 * @returns the columns of another system's file that are not imported
 * @throws `validation_failed` for an unknown category, `malformed_body`, `payload_too_large`, `request_timeout`,
 *   `dependency_unavailable`
 */
export async function receiveRows(
  { db, config }: { db: Db; config: Config },
  id: string,
  file: ReceivedFile,
): Promise<{ ignoredColumns: string[] }> {
  const { category, mode } = file
  const declared = await repository.readDeclared(db)
  if (category !== undefined && !declared.categories.has(category))
    throw serviceProblem('validation_failed', { detail: `No category has the path ${category}` })
  const check = createRowCheck(declared, mode, category)
  const batch = createBatch(id)
  const stageBatch = async () => {
    if (!(await repository.stage(db, id, batch.take()))) throw abandoned()
  }
  const unread = new Map<string, string>()
  let isEmpty = true
  for await (const row of readRows(file, readAtMost(file.body, config), declared, unread)) {
    isEmpty = false
    const checked = check(row)
    while (!batch.add(checked)) await stageBatch()
  }
  if (isEmpty) throw serviceProblem('malformed_body', { detail: 'The file must have at least one row' })
  await stageBatch()
  return { ignoredColumns: [...unread.values()].slice(0, maxIgnoredColumns).map((name) => shown(name)) }
}

function readRows(
  { format, mode, currency }: ReceivedFile,
  bytes: AsyncIterable<Buffer>,
  declared: Declared,
  unread: Map<string, string>,
): AsyncGenerator<ReadRow> {
  if (format === 'ndjson') return readNdjson(bytes)
  return readCsv(bytes, declared, (header) =>
    format === 'csv'
      ? nativeLayout(header, declared, mode)
      : mappedLayout(header, declared, { format, currency, unread }),
  )
}

/**
 * The bytes of a body. When the reader stops early, the body stays open: after destroying it, no response could be sent.
 *
 * @throws `payload_too_large`, `request_timeout`
 */
async function* readAtMost(body: Readable, config: Config): AsyncGenerator<Buffer> {
  const { IMPORT_MAX_BYTES: maxBytes, TRANSFER_STALLED_SECONDS: stalledAfterSeconds } = config
  let bytes = 0
  const stalled = setTimeout(() => {
    const detail = `No bytes arrived for ${stalledAfterSeconds} s`
    body.destroy(serviceProblem('request_timeout', { detail }))
  }, stalledAfterSeconds * 1000)
  try {
    for await (const chunk of body.iterator({ destroyOnReturn: false })) {
      stalled.refresh()
      if (!Buffer.isBuffer(chunk)) throw new TypeError('a body comes in buffers')
      bytes += chunk.length
      if (bytes > maxBytes) throw serviceProblem('payload_too_large', { detail: `At most ${maxBytes} bytes` })
      yield chunk
    }
  } finally {
    clearTimeout(stalled)
  }
}
