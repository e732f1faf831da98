import type { Access } from '@fondasi/access'
import {
  type CursorCodec,
  pageOfItems,
  problemResponses,
  readPage,
  replayedHeader,
  type Service,
} from '@fondasi/service'
import { z } from 'zod'
import { changedBy } from '../events/changed-by.ts'
import { enqueueHeaders, job, jobDetails, jobParams, jobQuery, keyOf, newBatch, newJob } from './schemas.ts'
import type { JobService } from './service.ts'

interface JobDeps {
  access: Access
  jobs: JobService
  cursors: CursorCodec
  publicUrl: string
}

/** A batch may have a thousand jobs, but not all of them with the largest payload (64 KiB). */
const batchBytes = 8 * 1024 * 1024

export async function registerJobs(app: Service, deps: JobDeps): Promise<void> {
  const { access, jobs, cursors, publicUrl } = deps
  const about = { tags: ['jobs'], security: [{ bearer: [] }] }
  const reading = { onRequest: access.requirePermission('jobs:read') }
  const writing = { onRequest: access.requirePermission('jobs:write') }

  app.post(
    '/jobs',
    {
      ...writing,
      schema: {
        ...about,
        operationId: 'enqueueJob',
        summary: 'Enqueue a job',
        description:
          'The API responds when the database has the job. The job then reaches a final state, whatever fails.',
        headers: enqueueHeaders,
        body: newJob,
        response: { 202: job, ...problemResponses(400, 401, 403, 409, 413, 415, 422, 429) },
      },
    },
    async (request, reply) => {
      const key = keyOf(request.headers['idempotency-key'])
      const sent = { route: 'POST /v1/jobs', key, pointerTo: () => '/body' }
      const { jobs: enqueued, replayed } = await jobs.enqueue([request.body], sent, request.principal.tenant)
      const [first] = enqueued
      if (first === undefined) throw new Error('nothing was enqueued')
      const location = `${publicUrl}/v1/jobs/${first.id}`
      return reply
        .code(202)
        .headers({ location, ...replayedHeader(replayed) })
        .send(first)
    },
  )

  app.post(
    '/jobs/batch',
    {
      ...writing,
      bodyLimit: batchBytes,
      schema: {
        ...about,
        operationId: 'enqueueJobs',
        summary: 'Enqueue up to 1,000 jobs, all or none',
        headers: enqueueHeaders,
        body: newBatch,
        response: {
          202: z.object({ items: z.array(job) }),
          ...problemResponses(400, 401, 403, 409, 413, 415, 422, 429),
        },
      },
    },
    async (request, reply) => {
      const key = keyOf(request.headers['idempotency-key'])
      const pointerTo = (index: number) => `/body/jobs/${index}`
      const sent = { route: 'POST /v1/jobs/batch', key, pointerTo }
      const { jobs: items, replayed } = await jobs.enqueue(request.body.jobs, sent, request.principal.tenant)
      return reply.code(202).headers(replayedHeader(replayed)).send({ items })
    },
  )

  app.get(
    '/jobs',
    {
      ...reading,
      schema: {
        ...about,
        operationId: 'listJobs',
        summary: 'List jobs, newest first',
        querystring: jobQuery,
        response: { 200: pageOfItems(job), ...problemResponses(400, 401, 403, 429) },
      },
    },
    (request, reply) => {
      const { tenant } = request.principal
      const { kind, state } = request.query
      return readPage({
        reply,
        cursors,
        list: `jobs ${JSON.stringify([tenant, kind, state])}`,
        query: request.query,
        read: (range) => jobs.list(tenant, { kind, state }, range),
        keyOf: (row) => row.id,
        toItem: (row) => row,
      })
    },
  )

  app.get(
    '/jobs/:id',
    {
      ...reading,
      schema: {
        ...about,
        operationId: 'getJob',
        summary: 'Read a job with its runs that did not succeed',
        params: jobParams,
        response: { 200: jobDetails, ...problemResponses(400, 401, 403, 404, 429) },
      },
    },
    (request) => jobs.read(request.principal.tenant, request.params.id),
  )

  app.post(
    '/jobs/:id/cancel',
    {
      ...writing,
      schema: {
        ...about,
        operationId: 'cancelJob',
        summary: 'Cancel a job that has not ended',
        description: 'A run in progress is aborted. Cancelling does not undo what the run has already done.',
        params: jobParams,
        response: { 202: job, ...problemResponses(400, 401, 403, 404, 409, 429) },
      },
    },
    async (request, reply) => reply.code(202).send(await jobs.cancel(request.params.id, changedBy(request))),
  )

  app.post(
    '/jobs/:id/release',
    {
      onRequest: access.requirePermission('jobs:redrive'),
      schema: {
        ...about,
        operationId: 'releaseJob',
        summary: 'Release a job that was set aside',
        description: 'Fix the cause first: `setAside.reason` of the job names it.',
        params: jobParams,
        response: { 202: job, ...problemResponses(400, 401, 403, 404, 409, 429) },
      },
    },
    async (request, reply) => reply.code(202).send(await jobs.release(request.params.id, changedBy(request))),
  )
}
