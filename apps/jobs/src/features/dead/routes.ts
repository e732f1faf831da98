import type { Access } from '@fondasi/access'
import type { Db } from '@fondasi/postgres'
import {
  type CursorCodec,
  emptyBody,
  pageOfItems,
  problemResponses,
  readPage,
  type Service,
} from '@fondasi/service'
import { z } from 'zod'
import { problem } from '../../errors.ts'
import { changedBy } from '../events/changed-by.ts'
import { job } from '../jobs/schemas.ts'
import type { JobService } from '../jobs/service.ts'
import type { DeadFilter } from './repository.ts'
import * as repository from './repository.ts'
import {
  deadGroup,
  deadLetter,
  deadLetterDetails,
  deadParams,
  deadQuery,
  discardBody,
  discardManyBody,
  discardManyResult,
  groupQuery,
  redriveBody,
  redriveManyBody,
  redriveManyResult,
} from './schemas.ts'
import type { DeadLetters } from './service.ts'

interface DeadDeps {
  access: Access
  db: Db
  deadLetters: DeadLetters
  jobs: JobService
  cursors: CursorCodec
  publicUrl: string
}

export async function registerDeadLetters(app: Service, deps: DeadDeps): Promise<void> {
  registerReading(app, deps)
  registerRedrives(app, deps)
  registerDiscards(app, deps)
}

const about = { tags: ['dead letters'], security: [{ bearer: [] }] }

function registerReading(app: Service, { access, db, cursors }: DeadDeps): void {
  const reading = { onRequest: access.requirePermission('jobs:read') }

  app.get(
    '/dead',
    {
      ...reading,
      schema: {
        ...about,
        operationId: 'listDeadLetters',
        summary: 'List dead letters, newest first',
        querystring: deadQuery,
        response: { 200: pageOfItems(deadLetter), ...problemResponses(400, 401, 403, 429) },
      },
    },
    (request, reply) => {
      const { tenant } = request.principal
      const { limit, cursor, ...filter } = request.query
      return readPage({
        reply,
        cursors,
        list: `dead ${JSON.stringify([tenant, filter])}`,
        query: { limit, cursor },
        read: (range) => repository.listDeadLetters(db, tenant, filter, range),
        keyOf: (row) => row.id,
        toItem: (row) => row,
      })
    },
  )

  app.get(
    '/dead/groups',
    {
      ...reading,
      schema: {
        ...about,
        operationId: 'groupDeadLetters',
        summary: 'Group the open dead letters by probable cause',
        querystring: groupQuery,
        response: { 200: z.object({ items: z.array(deadGroup) }), ...problemResponses(400, 401, 403, 429) },
      },
    },
    async (request) => ({
      items: await repository.groupDeadLetters(db, request.principal.tenant, request.query),
    }),
  )

  app.get(
    '/dead/:id',
    {
      ...reading,
      schema: {
        ...about,
        operationId: 'getDeadLetter',
        summary: 'Read a dead letter with its stack',
        params: deadParams,
        response: { 200: deadLetterDetails, ...problemResponses(400, 401, 403, 404, 429) },
      },
    },
    async (request) => {
      const found = await repository.findDeadLetter(db, request.principal.tenant, request.params.id)
      if (found === undefined) throw problem('dead_letter_not_found')
      return found
    },
  )
}

function registerRedrives(app: Service, { access, deadLetters, jobs, publicUrl }: DeadDeps): void {
  const onRequest = access.requirePermission('jobs:redrive')

  app.post(
    '/dead/:id/redrive',
    {
      onRequest,
      schema: {
        ...about,
        operationId: 'redriveDeadLetter',
        summary: 'Redrive a dead letter as a new job',
        description:
          'The new job has its own attempts. It repeats no effect of the old one, unless you send `forceEffects`.',
        params: deadParams,
        body: redriveBody,
        response: { 202: job, ...problemResponses(400, 401, 403, 404, 409, 413, 415, 422, 429) },
      },
    },
    async (request, reply) => {
      const { delaySeconds, ...body } = request.body
      const by = changedBy(request)
      const options = { ...body, delayMs: delaySeconds * 1_000 }
      const id = await deadLetters.redrive(request.params.id, options, by)
      const created = await jobs.read(by.tenant, id)
      return reply.code(202).header('location', `${publicUrl}/v1/jobs/${id}`).send(created)
    },
  )

  app.post(
    '/dead/redrives',
    {
      onRequest,
      schema: {
        ...about,
        operationId: 'redriveDeadLetters',
        summary: 'Redrive many dead letters, oldest first',
        body: redriveManyBody,
        response: { 200: redriveManyResult, ...problemResponses(400, 401, 403, 413, 415, 429) },
      },
    },
    async (request) => {
      const { max, dryRun } = request.body
      const by = changedBy(request)
      const selection = selectionOf(request.body)
      const matching = await deadLetters.count(selection, by.tenant)
      const result = dryRun ? { redriven: 0, skipped: [] } : await deadLetters.redriveMany(selection, max, by)
      return { matching, ...result }
    },
  )
}

function registerDiscards(app: Service, { access, deadLetters }: DeadDeps): void {
  const onRequest = access.requirePermission('jobs:redrive')

  app.post(
    '/dead/:id/discard',
    {
      onRequest,
      schema: {
        ...about,
        operationId: 'discardDeadLetter',
        summary: 'Close a dead letter without a new job',
        params: deadParams,
        body: discardBody,
        response: {
          204: emptyBody.meta({ description: 'Discarded' }),
          ...problemResponses(400, 401, 403, 404, 409, 413, 415, 429),
        },
      },
    },
    async (request, reply) => {
      await deadLetters.discard(request.params.id, request.body.note, changedBy(request))
      return reply.code(204).send()
    },
  )

  app.post(
    '/dead/discards',
    {
      onRequest,
      schema: {
        ...about,
        operationId: 'discardDeadLetters',
        summary: 'Close many dead letters without new jobs, oldest first',
        body: discardManyBody,
        response: { 200: discardManyResult, ...problemResponses(400, 401, 403, 413, 415, 429) },
      },
    },
    async (request) => {
      const { max, note } = request.body
      const selection = selectionOf(request.body)
      return { discarded: await deadLetters.discardMany(selection, max, note, changedBy(request)) }
    },
  )
}

function selectionOf({ ids, filter = {} }: { ids?: string[] | undefined; filter?: DeadFilter | undefined }) {
  return ids === undefined ? { filter } : { ids }
}
