import { Readable } from 'node:stream'
import type { Access } from '@fondasi/access'
import {
  type CursorCodec,
  emptyBody,
  listQuery,
  pageOfItems,
  problemResponses,
  readPage,
  type Service,
  serviceProblem,
} from '@fondasi/service'
import { z } from 'zod'
import type { Import } from './repository.ts'
import { exampleRow, type ImportDocument, importDocument, importError, importParams } from './schemas.ts'
import type { ImportService } from './service.ts'

const formats = { 'application/x-ndjson': 'ndjson', 'text/csv': 'csv' } as const

interface ImportDeps {
  access: Access
  cursors: CursorCodec
  imports: ImportService
}

export async function registerImports(app: Service, { access, cursors, imports }: ImportDeps): Promise<void> {
  const onRequest = access.requirePermission('products:import')
  const common = { tags: ['imports'], security: [{ bearer: [] }] }

  // A separate plugin, so that only this route accepts these content types.
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
          operationId: 'createImport',
          summary: 'Import a file of products: all valid rows are merged at once, in the background',
          description: 'Needs no Idempotency-Key, because importing the same file again changes nothing.',
          consumes: Object.keys(formats),
          body: z.unknown().meta({
            description: 'One row per SKU, in the format of GET /v1/products/export',
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
        if (!(body instanceof Readable))
          throw serviceProblem('unsupported_media_type', { detail: 'Send the file as the body' })
        // After a failure, part of the body is still arriving, so no other request can use this connection.
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
        operationId: 'getImport',
        summary: 'Progress or result of an import',
        params: importParams,
        response: { 200: importDocument, 304: emptyBody, ...problemResponses(400, 401, 403, 404, 429) },
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
        operationId: 'listImportErrors',
        summary: 'List the rejected rows with their reasons, up to 10,000',
        params: importParams,
        querystring: listQuery,
        response: {
          200: pageOfItems(importError),
          304: emptyBody,
          ...problemResponses(400, 401, 403, 404, 429),
        },
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
