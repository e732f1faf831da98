import { Readable } from 'node:stream'
import type { Access } from '@fondasi/access'
import type { Db } from '@fondasi/postgres'
import { problemResponses, type Service, uuid } from '@fondasi/service'
import { z } from 'zod'
import { jobState } from '../../db/schema.ts'
import { problem } from '../../errors.ts'
import { findJob } from '../jobs/repository.ts'
import { findBlob } from './repository.ts'
import { readBlob } from './store.ts'

/** Only describes the body: streams are sent without serialisation. */
const file = z.custom<Readable>().meta({
  type: 'string',
  format: 'binary',
  description: 'The file, with its own content type: an image, a CSV or a PDF file',
  example: 'id,kind,state',
})
const result = z.json().meta({ description: 'The result that the job returned', example: { rows: 3 } })

/** The result of a job: a file if it has made one, otherwise what GET /jobs/:id shows too. */
export async function registerResults(
  app: Service,
  { access, db }: { access: Access; db: Db },
): Promise<void> {
  app.get(
    '/jobs/:id/result',
    {
      onRequest: access.requirePermission('jobs:read'),
      schema: {
        tags: ['results'],
        operationId: 'getJobResult',
        summary: 'Download the result of a job',
        security: [{ bearer: [] }],
        params: z.strictObject({ id: uuid() }),
        response: {
          200: {
            description: 'The result',
            content: { 'application/octet-stream': { schema: file }, 'application/json': { schema: result } },
          },
          ...problemResponses(400, 401, 403, 404, 409, 410, 429),
        },
      },
    },
    async (request, reply) => {
      const { tenant } = request.principal
      const job = await findJob(db, tenant, request.params.id)
      if (job === undefined) throw problem('job_not_found')
      if (job.state !== jobState.done) throw problem('job_without_result')
      if (job.resultBlob === null) return reply.type('application/json').send(job.result)
      const blob = await findBlob(db, tenant, job.resultBlob)
      if (blob === undefined) throw problem('result_expired')
      return reply
        .type(blob.contentType)
        .headers({
          'content-length': blob.bytes,
          'content-disposition': `attachment; filename="${blob.fileName}"`,
        })
        .send(Readable.from(readBlob(db, blob.id)))
    },
  )
}
