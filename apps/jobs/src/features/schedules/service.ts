import { type Db, withTransaction } from '@fondasi/postgres'
import { problem } from '../../errors.ts'
import { type ChangedBy, recordChange } from '../events/audit-changes.ts'
import { checkPayload, type Enqueuer } from '../jobs/enqueue.ts'
import * as repository from './repository.ts'
import type { ScheduleFields } from './schemas.ts'
import { createSlots } from './slots.ts'

export type ScheduleService = ReturnType<typeof createScheduleService>

/** Schedules of a tenant. Writing a schedule restarts it: its next slot is the first one from now on. */
export function createScheduleService({ db, enqueuer }: { db: Db; enqueuer: Enqueuer }) {
  return {
    /** @throws `schedule_not_found` */
    async read(tenant: string, id: string) {
      const row = await repository.findSchedule(db, tenant, id)
      if (row === undefined) throw problem('schedule_not_found')
      return { ...row, recentSlots: await repository.listRecentSlots(db, id) }
    },

    /**
     * Creates or replaces a schedule.
     * @throws `unknown_kind`, `invalid_payload`, `payload_too_large`, `schedule_never_due`, `schedule_not_found` if another
     * tenant has the id
     */
    async write(id: string, fields: ScheduleFields, by: ChangedBy): Promise<repository.Row> {
      const payload = checkPayload(enqueuer.kindOf(fields.kind), fields.payload)
      const times = { cron: null, everySeconds: null, timeZone: 'UTC', ...fields }
      return withTransaction(db, async (tx) => {
        const nextSlot = createSlots(fields)(await repository.readClock(tx))
        if (nextSlot === undefined) throw problem('schedule_never_due')
        const written = await repository.upsertSchedule(tx, {
          ...times,
          id,
          tenant: by.tenant,
          payload,
          nextSlot,
        })
        if (written === undefined) throw problem('schedule_not_found')
        await recordChange(tx, by, 'schedule_written', [{ type: 'schedule', id }])
        return written
      })
    },

    /** Deletes a schedule with its slots. Its jobs stay. @throws `schedule_not_found` */
    delete: (id: string, by: ChangedBy): Promise<void> =>
      withTransaction(db, async (tx) => {
        if (!(await repository.deleteSchedule(tx, by.tenant, id))) throw problem('schedule_not_found')
        await recordChange(tx, by, 'schedule_deleted', [{ type: 'schedule', id }])
      }),
  }
}
