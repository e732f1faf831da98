import { z } from 'zod'

/** The payload of `report.create`. */
export const reportPayload = z.strictObject({
  format: z.enum(['csv', 'pdf']),
  /** `jobs` is the ledger of the tenant, `products` the export of catalog. */
  source: z.enum(['jobs', 'products']),
})
export type ReportPayload = z.output<typeof reportPayload>

/** Where an interrupted report resumes. */
export const reportCursor = z.object({
  blobId: z.uuid(),
  /** How many chunks of that blob are part of the report. */
  chunks: z.int(),
  /** The key of the last row in them, for a source that can resume; null when all rows are there. */
  after: z.string().nullable(),
})
export type ReportCursor = z.output<typeof reportCursor>
