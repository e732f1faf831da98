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
import { changedBy } from '../events/changed-by.ts'
import type { Import } from './repository.ts'
import {
  type ImportDocument,
  importBody,
  importDocument,
  importError,
  importParams,
  importQuery,
} from './schemas.ts'
import type { ImportService } from './service.ts'

const contentTypes = ['application/x-ndjson', 'text/csv', 'text/tab-separated-values']

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
    upload.addContentTypeParser(contentTypes, (_request, body, done) => done(null, body))
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
          consumes: contentTypes,
          querystring: importQuery,
          body: importBody,
          response: {
            202: importDocument,
            ...problemResponses(400, 401, 403, 413, 415, 429),
          },
        },
      },
      async (request, reply) => {
        const { body, headers, query } = request
        const isCsv = !headers['content-type']?.toLowerCase().startsWith('application/x-ndjson')
        if (query.format && !isCsv)
          throw serviceProblem('validation_failed', {
            detail: `The format ${query.format} is CSV: send text/csv`,
          })
        if (!(body instanceof Readable))
          throw serviceProblem('unsupported_media_type', { detail: 'Send the file as the body' })
        // After a failure, part of the body is still arriving, so no other request can use this connection.
        reply.header('connection', 'close')
        const received = await imports.receive(
          { ...query, body, format: isCsv ? (query.format ?? 'csv') : 'ndjson' },
          changedBy(request),
        )
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
  const { rowsRead, rowsFailed, rowsMerged, productsCreated, productsUpdated, productsUnchanged, ...rest } =
    row
  return {
    ...rest,
    rows: { read: rowsRead, failed: rowsFailed, merged: rowsMerged },
    products: { created: productsCreated, updated: productsUpdated, unchanged: productsUnchanged },
  }
}
