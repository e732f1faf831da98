import { type Db, withTransaction } from '@fondasi/postgres'
import { z } from 'zod'
import { defineJob, type Kind } from '../kinds/define-job.ts'
import { Done } from '../kinds/outcome.ts'
import { claimFanOut, insertDeliveries } from './repository.ts'
import { eventType } from './schemas.ts'

/** Leaves room for what a delivery adds to the data of its event: a payload has at most 64 KiB. */
const maxDataBytes = 60 * 1_024

const event = z.strictObject({
  type: eventType,
  data: z
    .record(z.string(), z.json())
    .refine((data) => Buffer.byteLength(JSON.stringify(data)) <= maxDataBytes, {
      message: 'must have at most 60 KiB as JSON',
    }),
})

/** Makes a delivery for each endpoint that is subscribed to the event's type. After a crash, all of them exist or none. */
export function publishKind({ db, deliver }: { db: Db; deliver: Kind }) {
  return defineJob({
    name: 'webhook.publish',
    // A queue of its own, so that slow receivers do not delay new events.
    queue: 'webhook-events',
    payload: event,
    async handler({ id, rootId, tenant, payload }) {
      const eventId = `evt_${rootId}`
      const deliveries = await withTransaction(db, async (tx) => {
        if (!(await claimFanOut(tx, { rootId, id }))) return 0
        const timestamp = new Date().toISOString()
        return insertDeliveries(tx, deliver, { tenant, eventId, timestamp, ...payload })
      })
      return Done({ eventId, deliveries })
    },
  })
}
