import type { Access } from '@fondasi/access'
import type { Db } from '@fondasi/postgres'
import {
  type CursorCodec,
  emptyBody,
  listQuery,
  pageOfItems,
  problemResponses,
  readPage,
  type Service,
} from '@fondasi/service'
import { changedBy } from '../events/changed-by.ts'
import { listSchedules } from './repository.ts'
import { schedule, scheduleFields, scheduleParams, scheduleWithSlots } from './schemas.ts'
import type { ScheduleService } from './service.ts'

interface ScheduleDeps {
  access: Access
  db: Db
  cursors: CursorCodec
  schedules: ScheduleService
}

export async function registerSchedules(
  app: Service,
  { access, db, cursors, schedules }: ScheduleDeps,
): Promise<void> {
  const common = { tags: ['schedules'], security: [{ bearer: [] }] }
  const one = { ...common, params: scheduleParams }
  const reading = access.requirePermission('jobs:read')
  const writing = access.requirePermission('jobs:write')

  app.get(
    '/schedules',
    {
      onRequest: reading,
      schema: {
        ...common,
        operationId: 'listSchedules',
        summary: 'List schedules',
        querystring: listQuery,
        response: { 200: pageOfItems(schedule), ...problemResponses(400, 401, 403, 429) },
      },
    },
    (request, reply) =>
      readPage({
        reply,
        cursors,
        list: `schedules:${request.principal.tenant}`,
        query: request.query,
        read: (range) => listSchedules(db, request.principal.tenant, range),
        keyOf: ({ id }) => id,
        toItem: (row) => row,
      }),
  )

  app.get(
    '/schedules/:id',
    {
      onRequest: reading,
      schema: {
        ...one,
        operationId: 'getSchedule',
        summary: 'Read a schedule and its newest slots',
        response: { 200: scheduleWithSlots, ...problemResponses(400, 401, 403, 404, 429) },
      },
    },
    (request) => schedules.read(request.principal.tenant, request.params.id),
  )

  app.put(
    '/schedules/:id',
    {
      onRequest: writing,
      schema: {
        ...one,
        operationId: 'putSchedule',
        summary: 'Create or replace a schedule; you choose its id',
        description:
          'A fixed time runs once a day, also when clocks change. An interval (`*` in minutes or hours, or `everySeconds`) keeps real time. A slot gets no job while the previous job of the schedule has not ended. After an outage, only the newest missed slot gets a job.',
        body: scheduleFields,
        response: { 200: schedule, ...problemResponses(400, 401, 403, 404, 413, 415, 422, 429) },
      },
    },
    (request) => schedules.write(request.params.id, request.body, changedBy(request)),
  )

  app.delete(
    '/schedules/:id',
    {
      onRequest: writing,
      schema: {
        ...one,
        operationId: 'deleteSchedule',
        summary: 'Delete a schedule; its jobs stay',
        response: {
          204: emptyBody.meta({ description: 'Deleted' }),
          ...problemResponses(400, 401, 403, 404, 429),
        },
      },
    },
    async (request, reply) => {
      await schedules.delete(request.params.id, changedBy(request))
      return reply.code(204).send()
    },
  )
}
