import { Readable } from 'node:stream'
import {
  listQuery,
  pageOfItems,
  problemResponses,
  readPage,
  type Service,
  serviceProblem,
} from '@fondasi/service'
import { z } from 'zod'
import type { FeatureDeps } from '../../app.ts'
import type { Import } from './repository.ts'
import { exampleRow, type ImportDocument, importDocument, importError, importParams } from './schemas.ts'
import { createImportService } from './service.ts'

const formats = { 'application/x-ndjson': 'ndjson', 'text/csv': 'csv' } as const

export async function registerImports(app: Service, deps: FeatureDeps): Promise<void> {
  const { access, cursors } = deps
  const imports = createImportService(deps)
  const onRequest = access.requirePermission('products:import')
  const common = { tags: ['imports'], security: [{ bearer: [] }] }

  // A plugin of its own: what it takes as a body is taken by this route only.
  await app.register(async (upload: Service) => {
    upload.removeAllContentTypeParsers()
    upload.addContentTypeParser(Object.keys(formats), (_request, body, done) => done(null, body))
    upload.post(
      '/imports',
      {
        onRequest,
        config: { bodyTimeout: 'own' },
        schema: {
          ...common,
          summary: 'Send a file of products; all good rows are merged at once, in the background',
          description: 'Takes no Idempotency-Key: the same file again changes nothing.',
          consumes: Object.keys(formats),
          body: z.unknown().meta({
            description: 'One SKU a row, as GET /v1/products/export writes them',
            example: exampleRow,
          }),
          response: {
            202: importDocument,
            ...problemResponses(400, 401, 403, 413, 415, 429),
          },
        },
      },
      async (request, reply) => {
        const { body, headers, principal } = request
        const type = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase()
        const format = type === 'text/csv' ? formats['text/csv'] : formats['application/x-ndjson']
        // Unpacking would make a large body of a small one.
        if ((headers['content-encoding'] ?? 'identity') !== 'identity' || !(body instanceof Readable))
          throw serviceProblem('unsupported_media_type', { detail: 'Send it uncompressed' })
        // After a failure part of the body is still on its way: nothing else can follow on this connection.
        reply.header('connection', 'close')
        const received = await imports.receive({
          format,
          body,
          actor: { type: principal.kind, id: principal.kind === 'user' ? principal.id : principal.clientId },
          requestId: request.id,
        })
        reply.removeHeader('connection')
        return reply
          .code(202)
          .header('location', `${request.routeOptions.url}/${received.id}`)
          .send(toDocument(received))
      },
    )
  })
  app.addHook('preClose', () => imports.close())

  app.get(
    '/imports/:id',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'How far an import is, or how it ended',
        params: importParams,
        response: { 200: importDocument, ...problemResponses(400, 401, 403, 404, 429) },
      },
    },
    async (request) => toDocument(await imports.read(request.params.id)),
  )

  app.get(
    '/imports/:id/errors',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Rows that were left out, and why: the first 10,000',
        params: importParams,
        querystring: listQuery,
        response: { 200: pageOfItems(importError), ...problemResponses(400, 401, 403, 404, 429) },
      },
    },
    async (request, reply) => {
      const { id } = await imports.read(request.params.id)
      return readPage({
        reply,
        cursors,
        list: `import-errors:${id}`,
        query: request.query,
        read: (range) => imports.listErrors(id, range),
        keyOf: ({ line }) => String(line),
        toItem: (error) => error,
      })
    },
  )
}

function toDocument(row: Import): ImportDocument {
  const { id, format, state, failure, createdAt, finishedAt } = row
  return {
    id,
    format,
    state,
    rows: { read: row.rowsRead, failed: row.rowsFailed, merged: row.rowsMerged },
    products: { created: row.productsCreated, updated: row.productsUpdated },
    failure,
    createdAt,
    finishedAt,
  }
}
