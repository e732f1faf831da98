import type { Db } from '@fondasi/postgres'
import { z } from 'zod'
import { defineJob } from '../kinds/define-job.ts'
import { Dead, Done } from '../kinds/outcome.ts'
import { findJobOf } from './repository.ts'

const receivedEvent = z.strictObject({
  source: z.string(),
  eventId: z.string(),
  /** With all fields that the sender sent, also those that we do not know. */
  event: z.record(z.string(), z.json()),
})
export type ReceivedEvent = z.output<typeof receivedEvent>

export const receiveName = 'inbox.receive'

/** Handles a received webhook. This demo only logs it; an application would react here, for example to a payment. */
export function receiveKind({ db }: { db: Db }) {
  return defineJob({
    name: receiveName,
    queue: 'inbox',
    payload: receivedEvent,
    async handler({ payload: { source, eventId }, rootId, log }) {
      // Any client with jobs:write can enqueue this kind, but only the route has verified a signature.
      if ((await findJobOf(db, source, eventId)) !== rootId)
        return Dead('non_retryable', new Error('no signed webhook made this job'))
      log.info({ source, eventId }, 'webhook received')
      return Done({ source, eventId })
    },
  })
}
