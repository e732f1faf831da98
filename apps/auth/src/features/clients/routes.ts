import type { Access } from '@fondasi/access'
import {
  type CursorCodec,
  emptyBody,
  listQuery,
  pageOfItems,
  problemResponses,
  readPage,
  replayedHeader,
  type Service,
} from '@fondasi/service'
import type { FastifyRequest } from 'fastify'
import { requestInfo } from '../events/request-info.ts'
import * as schemas from './schemas.ts'
import type { ClientService } from './service.ts'

export interface ClientRoutesDeps {
  access: Access
  cursors: CursorCodec
  clients: ClientService
}

export async function registerClients(
  app: Service,
  { access, cursors, clients }: ClientRoutesDeps,
): Promise<void> {
  const route = { onRequest: access.requirePermission('users:admin') }
  const documented = { tags: ['clients'], security: [{ bearer: [] }] }

  app.get(
    '/admin/clients',
    {
      ...route,
      schema: {
        ...documented,
        operationId: 'listClients',
        summary: 'List service accounts',
        querystring: listQuery,
        response: { 200: pageOfItems(schemas.client), ...problemResponses(400, 401, 403, 429) },
      },
    },
    (request, reply) =>
      readPage({
        reply,
        cursors,
        list: 'clients',
        query: request.query,
        read: (range) => clients.list(range),
        keyOf: (row) => row.id,
        toItem: (row) => row,
      }),
  )

  app.post(
    '/admin/clients',
    {
      ...route,
      schema: {
        ...documented,
        operationId: 'createClient',
        summary: 'Create a service account. Only this response contains its secret',
        headers: schemas.createHeaders,
        body: schemas.newClient,
        response: {
          201: schemas.clientWithSecret,
          ...problemResponses(400, 401, 403, 409, 413, 415, 422, 429),
        },
      },
    },
    async (request, reply) => {
      const key = request.headers['idempotency-key']
      const { client, secret, replayed } = await clients.create(request.body, key, by(request))
      return reply
        .code(201)
        .headers({ 'cache-control': 'no-store', ...replayedHeader(replayed) })
        .send({ ...client, secret })
    },
  )

  app.post(
    '/admin/clients/:id/rotate-secret',
    {
      ...route,
      schema: {
        ...documented,
        operationId: 'rotateClientSecret',
        summary: 'Replace the secret of a service account. Only this response contains the new one',
        params: schemas.clientParams,
        body: schemas.rotateSecret,
        response: { 200: schemas.clientWithSecret, ...problemResponses(400, 401, 403, 404, 413, 415, 429) },
      },
    },
    async (request, reply) => {
      const { previousSecretValidSeconds } = request.body
      const { client, secret } = await clients.rotateSecret(
        request.params.id,
        previousSecretValidSeconds,
        by(request),
      )
      return reply.header('cache-control', 'no-store').send({ ...client, secret })
    },
  )

  app.delete(
    '/admin/clients/:id',
    {
      ...route,
      schema: {
        ...documented,
        operationId: 'deleteClient',
        summary: 'Delete a service account. Its tokens stop working at once',
        params: schemas.clientParams,
        response: {
          204: emptyBody.meta({ description: 'Deleted' }),
          ...problemResponses(400, 401, 403, 404, 429),
        },
      },
    },
    async (request, reply) => {
      await clients.delete(request.params.id, by(request))
      return reply.code(204).send()
    },
  )
}

function by(request: FastifyRequest) {
  const { kind, id } = request.principal
  return { actor: { type: kind, id }, request: requestInfo(request) }
}
