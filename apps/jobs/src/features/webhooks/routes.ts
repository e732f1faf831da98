import type { Access } from '@fondasi/access'
import type { Db } from '@fondasi/postgres'
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
import { changedBy } from '../events/changed-by.ts'
import { enqueueHeaders, keyOf } from '../jobs/schemas.ts'
import { listEndpoints } from './repository.ts'
import * as schemas from './schemas.ts'
import type { WebhookEndpoints } from './service.ts'

interface WebhookDeps {
  access: Access
  db: Db
  cursors: CursorCodec
  endpoints: WebhookEndpoints
  publicUrl: string
}

export async function registerWebhookEndpoints(app: Service, deps: WebhookDeps): Promise<void> {
  const { access, db, cursors, endpoints, publicUrl } = deps
  const mayRead = access.requirePermission('jobs:read')
  const mayWrite = access.requirePermission('jobs:write')
  const common = { tags: ['webhooks'], security: [{ bearer: [] }] }
  const ofOne = { ...common, params: schemas.endpointParams }

  app.get(
    '/webhook-endpoints',
    {
      onRequest: mayRead,
      schema: {
        ...common,
        operationId: 'listWebhookEndpoints',
        summary: 'List the endpoints to which webhooks are sent',
        querystring: listQuery,
        response: { 200: pageOfItems(schemas.webhookEndpoint), ...problemResponses(400, 401, 403, 429) },
      },
    },
    (request, reply) =>
      readPage({
        reply,
        cursors,
        list: `webhook-endpoints ${request.principal.tenant}`,
        query: request.query,
        read: (range) => listEndpoints(db, request.principal.tenant, range),
        keyOf: (row) => row.id,
        toItem: (row) => row,
      }),
  )

  app.post(
    '/webhook-endpoints',
    {
      onRequest: mayWrite,
      schema: {
        ...common,
        operationId: 'createWebhookEndpoint',
        summary: 'Add an endpoint for webhooks',
        description:
          'Deliveries follow Standard Webhooks. The response has the secret that verifies their signatures. A request with the same Idempotency-Key returns the endpoint again, or 404 if it was deleted.',
        headers: enqueueHeaders,
        body: schemas.newEndpoint,
        response: {
          201: schemas.endpointWithSecret,
          ...problemResponses(400, 401, 403, 404, 409, 413, 415, 422, 429),
        },
      },
    },
    async (request, reply) => {
      const key = keyOf(request.headers['idempotency-key'])
      const { endpoint, replayed } = await endpoints.create(request.body, key, changedBy(request))
      const location = `${publicUrl}/v1/webhook-endpoints/${endpoint.id}`
      return reply
        .code(201)
        .headers({ location, ...replayedHeader(replayed) })
        .send(endpoint)
    },
  )

  app.get(
    '/webhook-endpoints/:id',
    {
      onRequest: mayRead,
      schema: {
        ...ofOne,
        operationId: 'getWebhookEndpoint',
        summary: 'Read an endpoint',
        response: { 200: schemas.webhookEndpoint, ...problemResponses(400, 401, 403, 404, 429) },
      },
    },
    (request) => endpoints.read(request.principal.tenant, request.params.id),
  )

  app.patch(
    '/webhook-endpoints/:id',
    {
      onRequest: mayWrite,
      schema: {
        ...ofOne,
        operationId: 'updateWebhookEndpoint',
        summary: 'Change, disable or enable an endpoint',
        description:
          'While an endpoint is disabled, its deliveries become dead letters. Enabling it returns how many there are, and the filter that redrives them.',
        body: schemas.endpointPatch,
        response: {
          200: schemas.changedEndpoint,
          ...problemResponses(400, 401, 403, 404, 413, 415, 422, 429),
        },
      },
    },
    (request) => endpoints.update(request.params.id, request.body, changedBy(request)),
  )

  app.delete(
    '/webhook-endpoints/:id',
    {
      onRequest: mayWrite,
      schema: {
        ...ofOne,
        operationId: 'deleteWebhookEndpoint',
        summary: 'Delete an endpoint',
        response: {
          204: emptyBody.meta({ description: 'Deleted' }),
          ...problemResponses(400, 401, 403, 404, 429),
        },
      },
    },
    async (request, reply) => {
      await endpoints.delete(request.params.id, changedBy(request))
      return reply.code(204).send()
    },
  )

  app.post(
    '/webhook-endpoints/:id/rotate-secret',
    {
      onRequest: mayWrite,
      schema: {
        ...ofOne,
        operationId: 'rotateWebhookSecret',
        summary: 'Give an endpoint a new secret',
        description:
          'For a day, deliveries are signed with the new and the old secret, so that the receiver can switch.',
        response: { 200: schemas.endpointWithSecret, ...problemResponses(400, 401, 403, 404, 429) },
      },
    },
    (request) => endpoints.rotateSecret(request.params.id, changedBy(request)),
  )

  app.post(
    '/webhook-endpoints/:id/test',
    {
      onRequest: mayWrite,
      schema: {
        ...ofOne,
        operationId: 'testWebhookEndpoint',
        summary: 'Send a test event to an endpoint',
        description:
          'The event has the type `webhook.test`. The result of the job shows how the endpoint responded.',
        response: { 202: schemas.testDelivery, ...problemResponses(400, 401, 403, 404, 429) },
      },
    },
    async (request, reply) => {
      const jobId = await endpoints.test(request.params.id, changedBy(request))
      return reply.code(202).header('location', `${publicUrl}/v1/jobs/${jobId}`).send({ jobId })
    },
  )
}
