import { once } from 'node:events'
import { PassThrough, type Readable } from 'node:stream'
import type { Access } from '@fondasi/access'
import { problemResponses, type Service } from '@fondasi/service'
import type { Logger } from 'pino'
import { z } from 'zod'
import { exampleRow } from '../imports/row.ts'
import type { ExportService } from './service.ts'

const types = { ndjson: 'application/x-ndjson', csv: 'text/csv; charset=utf-8' }
/** Only describes the body: streams are sent without serialisation. */
const file = z.custom<Readable>().meta({
  type: 'string',
  description: 'One row per SKU, in the format that POST /v1/imports takes',
  example: JSON.stringify(exampleRow),
})

const exportQuery = z.strictObject({
  format: z.enum(['ndjson', 'csv']).optional().meta({
    description: 'Default: `csv` when `Accept` contains `text/csv`, otherwise `ndjson`',
  }),
})

interface ExportDeps {
  access: Access
  exporter: ExportService
  log: Logger
}

export async function registerExport(app: Service, { access, exporter, log }: ExportDeps): Promise<void> {
  app.get(
    '/products/export',
    {
      onRequest: access.requirePermission('products:export'),
      schema: {
        tags: ['imports'],
        operationId: 'exportProducts',
        summary: 'Export the whole catalog as a file, from one snapshot',
        security: [{ bearer: [] }],
        querystring: exportQuery,
        response: {
          200: {
            description: 'The file',
            content: { 'application/x-ndjson': { schema: file }, 'text/csv': { schema: file } },
          },
          ...problemResponses(400, 401, 403, 429),
        },
      },
    },
    async (request, reply) => {
      const format = request.query.format ?? (request.headers.accept?.includes('text/csv') ? 'csv' : 'ndjson')
      const out = new PassThrough()
      const gone = new AbortController()
      out.once('close', () => gone.abort())
      const begun = Promise.withResolvers<void>()
      const written = exporter.write(format, async (piece, stalled) => {
        gone.signal.throwIfAborted()
        const hasRoom = out.write(piece)
        begun.resolve()
        if (!hasRoom) await once(out, 'drain', { signal: AbortSignal.any([gone.signal, stalled]) })
      })
      written.then(
        () => out.end(),
        (error: unknown) => {
          if (!gone.signal.aborted)
            log.warn({ err: error }, 'export failed; the client gets an incomplete file')
          // Breaks the connection, so that the client sees that the file is incomplete.
          out.destroy(new Error('the export failed', { cause: error }))
        },
      )
      // Until the first piece is there, a failure can still become a problem response.
      out.on('error', () => {})
      await Promise.race([begun.promise, written])
      reply.header('content-disposition', `attachment; filename="products.${format}"`)
      return reply.type(types[format]).send(out)
    },
  )
}
