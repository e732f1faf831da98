import { type Db, withTransaction } from '@fondasi/postgres'
import {
  emptyBody,
  isDeepJson,
  problemResponses,
  type Service,
  serviceProblem,
  tooDeep,
} from '@fondasi/service'
import { z } from 'zod'
import { problem } from '../../errors.ts'
import type { Enqueuer } from '../jobs/enqueue.ts'
import { type ReceivedEvent, receiveName } from './receive-kind.ts'
import { claimEvent, linkJob } from './repository.ts'
import { parseJson, type Verify } from './verify.ts'

export interface InboxDeps {
  db: Db
  enqueuer: Enqueuer
  /** The tenant of the jobs. */
  tenant: string
  /** How to verify the webhooks of each source that is configured. */
  sources: ReadonlyMap<string, Verify>
}

const bodyLimitBytes = 256 * 1_024
/** Event ids of real senders are much shorter. */
const maxIdLength = 500
/** The job of an event, until its job is inserted in the same transaction. */
const noJob = '00000000-0000-0000-0000-000000000000'

const eventBody = z.record(z.string(), z.json())

/** Receives webhooks from other systems. Instead of a token, a signature proves who has sent one. */
export async function registerInbox(app: Service, deps: InboxDeps): Promise<void> {
  await app.register(async (scope: Service) => {
    // Signatures are over the bytes, so the body must not be parsed before.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(
      'application/json',
      { parseAs: 'buffer', bodyLimit: bodyLimitBytes },
      (_request, body, done) => done(null, body),
    )
    scope.post(
      '/inbox/:source',
      {
        schema: {
          tags: ['inbox'],
          operationId: 'receiveWebhook',
          summary: 'Receive a webhook',
          description:
            'Standard Webhooks for the source `standard`, Midtrans style notifications for `midtrans`. A repeated event makes no second job.',
          params: z.strictObject({ source: z.string().max(50).meta({ example: 'standard' }) }),
          body: z
            .any()
            .meta({ description: 'A JSON object with any fields', example: { type: 'order.paid' } }),
          response: {
            200: emptyBody.meta({ description: 'Received before' }),
            202: emptyBody.meta({ description: 'Accepted: a job handles it' }),
            ...problemResponses(400, 401, 404, 413, 415, 422, 429, 503),
          },
        },
      },
      async (request, reply) => {
        const { source } = request.params
        const verify = deps.sources.get(source)
        if (verify === undefined) throw problem('inbox_source_not_found')
        // A request without a body has no buffer.
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
        const eventId = verify(request.headers, body)
        if (eventId === undefined)
          throw problem('invalid_signature', { headers: { 'www-authenticate': 'Signature' } })
        if (isDeepJson(body.toString())) throw tooDeep()
        const event = eventBody.safeParse(parseJson(body))
        if (!event.success || eventId.length > maxIdLength)
          throw serviceProblem('malformed_body', { detail: 'send a JSON object' })
        const isNew = await accept(deps, { source, eventId, event: event.data })
        return reply.code(isNew ? 202 : 200).send()
      },
    )
  })
}

/** Records the event and makes its job in one transaction. @returns false when it was received before */
async function accept({ db, enqueuer, tenant }: InboxDeps, payload: ReceivedEvent): Promise<boolean> {
  const { source, eventId } = payload
  const rows = await withTransaction(db, async (tx) => {
    if (!(await claimEvent(tx, { source, eventId, jobId: noJob }))) return []
    const kind = enqueuer.kindOf(receiveName)
    const inserted = await enqueuer.insert(tx, [{ kind, tenant, payload }])
    for (const { id } of inserted) await linkJob(tx, source, eventId, id)
    return inserted
  })
  enqueuer.committed(rows)
  return rows.length > 0
}
