import { once } from 'node:events'
import { PassThrough, type Readable } from 'node:stream'
import { problemResponses, type Service } from '@fondasi/service'
import { z } from 'zod'
import type { FeatureDeps } from '../../app.ts'
import { exportQuery } from './schemas.ts'
import { createExportService } from './service.ts'

const types = { ndjson: 'application/x-ndjson', csv: 'text/csv; charset=utf-8' }
/** A stream is sent as it is: this describes it only. */
const file = z
  .custom<Readable>()
  .meta({ type: 'string', description: 'One SKU a row: what POST /v1/imports takes' })

export async function registerExport(app: Service, deps: FeatureDeps): Promise<void> {
  const { access, log } = deps
  const exporter = createExportService(deps)
  app.get(
    '/products/export',
    {
      onRequest: access.requirePermission('products:export'),
      schema: {
        tags: ['imports'],
        summary: 'The whole catalog as a file, as it is when the reading begins',
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
          if (!gone.signal.aborted) log.warn({ err: error }, 'the export broke off')
          // The reader sees that the file is not whole.
          out.destroy(new Error('the export broke off', { cause: error }))
        },
      )
      // Until the first piece is there a failure can still be answered like any other.
      out.on('error', () => {})
      await Promise.race([begun.promise, written])
      reply.header('content-disposition', `attachment; filename="products.${format}"`)
      return reply.type(types[format]).send(out)
    },
  )
}
