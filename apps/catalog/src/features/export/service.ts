import { type Db, type Tx, withTransaction } from '@fondasi/postgres'
import { stringify } from 'csv-stringify/sync'
import type { Config } from '../../config.ts'
import { problem } from '../../errors.ts'
import { flat } from '../imports/check.ts'
import { csvColumns } from '../imports/csv/columns.ts'
import type { ImportRow } from '../imports/row.ts'
import * as repository from './repository.ts'

/** A cell that a spreadsheet would run as a formula, or one that already has an apostrophe in front of such a formula. */
const formula = /^'*[=+\-@\t\r]/

export type ExportService = ReturnType<typeof createExportService>

/** Writes the whole catalog as a file. Importing that file changes nothing. */
export function createExportService({ db, config }: { db: Db; config: Config }) {
  // An export holds a connection for as long as its client reads; the other half of the pool serves other requests.
  let free = Math.max(1, Math.floor(config.DATABASE_POOL_SIZE / 2))

  return {
    /**
     * Writes the file piece by piece: one batch of rows is in memory at a time.
     *
     * @param give resolves when there is room for more. It rejects when the client has left, or when the signal says
     *   that it reads nothing. Then the snapshot ends, because VACUUM cannot remove dead rows while it is open.
     * @throws `exports_busy`
     */
    async write(
      format: 'ndjson' | 'csv',
      give: (piece: string, stalled: AbortSignal) => Promise<void>,
    ): Promise<void> {
      const stalledAfterMs = config.TRANSFER_STALLED_SECONDS * 1000
      const write = (piece: string) => give(piece, AbortSignal.timeout(stalledAfterMs))
      if (free === 0) throw problem('exports_busy', { headers: { 'retry-after': '30' } })
      free -= 1
      try {
        await withTransaction(db, async (tx) => {
          // When this process hangs, PostgreSQL itself ends the transaction.
          await repository.prepareExport(tx, 2 * stalledAfterMs)
          if (format === 'csv') await writeCsv(tx, write)
          else for await (const rows of repository.readRows(tx)) await write(rows.map(toLine).join(''))
        })
      } finally {
        free += 1
      }
    },
  }
}

const toLine = (row: ImportRow) => `${JSON.stringify(row)}\n`

async function writeCsv(tx: Tx, write: (piece: string) => Promise<void>): Promise<void> {
  const columns = [...csvColumns, ...(await repository.readEntryColumns(tx))]
  await write(stringify([columns.map(guard)]))
  for await (const rows of repository.readRows(tx))
    await write(stringify(rows.map(flat).map((fields) => columns.map((column) => toCell(fields[column])))))
}

function toCell(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return guard(value)
  return Array.isArray(value) && value.length === 0 ? '' : JSON.stringify(value)
}

/** See https://owasp.org/www-community/attacks/CSV_Injection. The import removes the apostrophe again. */
function guard(text: string): string {
  return formula.test(text) ? `'${text}` : text
}
